import { benchmarks } from "../benchmarks/index.js";
import { labelsOf } from "../paper/place.js";
import type { TableNumber } from "../paper/published.js";
import { tables } from "../paper/tables.js";
import type { TableChoice } from "./arms.js";
import type { TableResult } from "./result.js";

/** What the rows have in common, as a person says it. */
export function settingInWords({
  benchmark,
  labeled,
  preset,
  protocol,
  seeds,
  draws,
  config,
}: Required<TableChoice>): string {
  const drawn = draws.join() === "0" ? "" : `, draws of these ${draws.join(", ")}`;
  const common = `${benchmark}, ${labeled} labelled${drawn}, preset ${preset}, protocol ${protocol}, seeds ${seeds.join(", ")}`;
  return Object.keys(config).length > 0 ? `${common}, changed ${JSON.stringify(config)}` : common;
}

/** What the lab lacks for rows that cannot be trained yet, in a sentence; nothing where there are none. */
export function lacking(rows: readonly { title: string; notYet?: string }[]): string[] {
  const titles = new Map<string, string[]>();
  for (const { title, notYet } of rows) if (notYet) titles.set(notYet, [...(titles.get(notYet) ?? []), title]);
  const lists = [...titles].map(([what, names]) => `${what} (${names.join(" · ")})`);
  return lists.length > 0 ? [`Not yet, for want of ${lists.join("; ")}.`] : [];
}

/** What the lab lacks of a table's own data, in a sentence; nothing where it has them all. */
export function lackingData(table: TableNumber): string[] {
  const names = tables[table].datasets
    .filter(({ benchmark }) => !Object.hasOwn(benchmarks, benchmark))
    .map(({ dataset, benchmark }) => `${dataset} (benchmark ${benchmark})`);
  return names.length > 0 ? [`Not yet, on the data of the paper: ${names.join(", ")}.`] : [];
}

/** What ours are, for the head of a column: never to be taken for the data set of the paper. */
export const oursName = ({
  data,
  benchmark,
  labeled,
  preset,
}: Pick<TableResult, "data" | "benchmark" | "labeled" | "preset">): string =>
  `ours: ${data.phantom ? "PHANTOM " : ""}${benchmark}, ${labeled} labelled, ${preset}`;

/** The published column that stands beside ours: "ACDC 10%". */
export const publishedName = ({ dataset, labeled }: TableResult["column"]): string =>
  `${dataset} ${labelsOf({ labeled })}`;
