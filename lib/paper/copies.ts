import type { Finding } from "./finding.js";
import { grouped, labelsOf, rowOf } from "./place.js";
import type { Cell } from "./published.js";
import { experimentOf } from "./repeats.js";

/** Rows of two methods with the same numbers in the same place: Dice and ASD of a structure, or one of the two over all structures. */
export function copies(cells: readonly Cell[]): Finding[] {
  const columns = grouped(cells, ({ table, dataset, labeled }) => JSON.stringify([table, dataset, labeled]));
  return columns.flatMap((column) => {
    const rows = grouped(column, rowOf);
    return rows.flatMap((first, at) => rows.slice(at + 1).flatMap((second) => compared(first, second)));
  });
}

function compared(first: readonly Cell[], second: readonly Cell[]): Finding[] {
  if (experimentOf(first[0]) && experimentOf(first[0])?.key === experimentOf(second[0])?.key) return [];
  const [{ table, dataset }] = first;
  const pairs = first.flatMap((cell) =>
    second.filter(({ structure }) => structure === cell.structure).map((other) => [cell, other] as const),
  );
  const finding = (what: string, found: typeof pairs): Finding => ({
    kind: "copy",
    sentence: `table ${table}, ${dataset} ${labelsOf(first[0])}: ${rowOf(first[0])} and ${rowOf(second[0])} have the same ${what}.`,
    cells: found.flat(),
  });
  const both = pairs.filter(([one, other]) => one.asd !== undefined && equal(one, other, "dice", "asd"));
  if (both.length > 0) {
    const others = pairs.filter((pair) => !both.includes(pair)).map(([{ structure }]) => structure);
    const chance = both.length === 1 ? "; one pair of numbers may be chance" : "";
    const but = others.length > 0 ? ` (not for ${others.join(", ")}${chance})` : chance;
    return [finding(`Dice and ASD for ${both.map(([{ structure }]) => structure).join(", ")}${but}`, both)];
  }
  if (pairs.length < 2) return [];
  return (["dice", "asd"] as const)
    .filter((measure) => pairs.every(([one, other]) => equal(one, other, measure)))
    .map((measure) =>
      finding(`${measure === "dice" ? "Dice" : "ASD"} for every structure, with other values beside it`, pairs),
    );
}

const equal = (one: Cell, other: Cell, ...measures: ("dice" | "asd")[]) =>
  measures.every((measure) => one.printed[measure] === other.printed[measure]);
