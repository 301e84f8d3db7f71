import { fixed } from "../written.js";
import type { Finding } from "./finding.js";
import { grouped, isHeadline, labelsOf, placeOf, rowOf } from "./place.js";
import type { Cell } from "./published.js";

/** Results with few labels that are above full supervision, and rows in which more labels give less. */
export function bounds(cells: readonly Cell[]): Finding[] {
  const headlines = cells.filter(isHeadline);
  const sets = grouped(headlines, ({ table, dataset }) => JSON.stringify([table, dataset]));
  return sets.flatMap((set) => [...aboveFull(set), ...grouped(set, rowOf).flatMap(fallsWithLabels)]);
}

function aboveFull(set: readonly Cell[]): Finding[] {
  const full = set.find(({ method, labeled }) => /^[UV]Net-F$/.test(method) || labeled === "all");
  const above = set.filter((cell) => full && quality(cell) > quality(full));
  if (!full || above.length === 0) return [];
  const list = above.map((cell) => `${rowOf(cell)} ${labelsOf(cell)} (${fixed(quality(cell), 1)})`).join(", ");
  return [
    {
      kind: "bound",
      sentence: `table ${full.table}, ${full.dataset}: above full supervision (${rowOf(full)}, ${fixed(quality(full), 1)}): ${list}.`,
      cells: [full, ...above],
    },
  ];
}

function fallsWithLabels(row: readonly Cell[]): Finding[] {
  return row.slice(1).flatMap((cell, before): Finding[] => {
    const fewer = row[before];
    if (quality(cell) >= quality(fewer)) return [];
    return [
      {
        kind: "order",
        sentence: `${placeOf(cell)}: ${fixed(quality(cell), 1)} is below the ${fixed(quality(fewer), 1)} with ${labelsOf(fewer)}.`,
        cells: [fewer, cell],
      },
    ];
  });
}

const quality = ({ dice, miou }: Cell) => dice ?? miou ?? Number.NaN;
