import type { Finding } from "./finding.js";
import { grouped, placeOf } from "./place.js";
import type { Cell } from "./published.js";

/** What was done for a cell, where the paper prints it more than once: a name for it, and why its cells must be equal. */
export interface Experiment {
  key: string;
  why: string;
}

/** Cells of one experiment that stand in several places: whether they agree, and whether in the same unit. */
export function repeats(cells: readonly Cell[]): Finding[] {
  const groups = grouped(cells, (cell) => experimentOf(cell)?.key).filter((group) => rowsOf(group).length > 1);
  return [...groups.map(agreement), ...units(groups)];
}

/** The experiment behind a cell; undefined where the paper prints its result once. */
export function experimentOf({ table, dataset, method, variant, labeled, structure }: Cell): Experiment | undefined {
  if (/^[UV]Net-F$/.test(method))
    return {
      key: `${table} ${dataset} full supervision`,
      why: "full supervision does not depend on the share of labels",
    };
  if (table === 2 && variant.startsWith("w/o tailness"))
    return { key: "w/o tailness", why: "without L_contrast no sampler is left" };
  const sampler = dataset === "ACDC" && structure === "Average" ? samplerOf({ table, method, variant }) : undefined;
  return sampler && { key: `ARCO-${sampler} ${labeled}`, why: whyOf[sampler] };
}

const whyOf = {
  NS: "the released code of MONA is that of ARCO with the naive sampler",
  SAG: "it is one experiment",
  SG: "it is one experiment",
} as const;

/** The sampler of a row that shows ARCO as it is, with nothing left out. */
function samplerOf({ table, method, variant }: Pick<Cell, "table" | "method" | "variant">) {
  if (table === 1 && method === "MONA") return "NS";
  const name = table === 8 ? `${method}-${variant}` : method;
  const isWhole = table === 8 || ["", "full", "all augmentations"].includes(variant);
  return isWhole ? (["NS", "SAG", "SG"] as const).find((sampler) => name === `ARCO-${sampler}`) : undefined;
}

/** The cells of each row and column, its structures together. */
const rowsOf = (cells: readonly Cell[]) => grouped(cells, (cell) => placeOf(cell));

function agreement(group: readonly Cell[]): Finding {
  const places = rowsOf(group)
    .map(([cell]) => placeOf(cell))
    .join("; ");
  const why = experimentOf(group[0])?.why;
  const structures = grouped(group, ({ structure }) => structure);
  const torn = structures.filter(([first, ...others]) =>
    others.some(({ printed }) => printed.dice !== first.printed.dice || printed.asd !== first.printed.asd),
  );
  if (torn.length === 0)
    return { kind: "same", sentence: `${places}: the same numbers, as must be: ${why}.`, cells: group };
  const names = torn.map(([{ structure }]) => structure).join(", ");
  return { kind: "contradiction", sentence: `${places}: the numbers for ${names} differ, but ${why}.`, cells: group };
}

/** Distances of one experiment whose number stays and whose unit changes. */
function units(groups: readonly (readonly Cell[])[]): Finding[] {
  const cells = groups.filter((group) => new Set(group.map(({ asdUnit }) => asdUnit)).size > 1).flat();
  if (cells.length === 0) return [];
  const tables = (unit: Cell["asdUnit"]) => [
    ...new Set(cells.filter(({ asdUnit }) => asdUnit === unit).map(({ table }) => table)),
  ];
  const count = cells.filter(({ asdUnit }) => asdUnit === "mm").length;
  return [
    {
      kind: "unit",
      sentence: `table ${tables("mm").join(", ")}: ${count} distances are printed in mm that stand in voxels in tables ${tables("voxel").join(", ")}.`,
      cells,
    },
  ];
}
