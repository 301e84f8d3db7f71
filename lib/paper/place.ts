import type { Cell } from "./published.js";

/** Name of a cell's row: "ARCO-SG, w/o L_unsup". */
export const rowOf = ({ method, variant }: Pick<Cell, "method" | "variant">): string =>
  variant ? `${method}, ${variant}` : method;

/** "1%", or "60 images". */
export const labelsOf = ({ labeled }: Pick<Cell, "labeled">): string =>
  /^\d+$/.test(labeled) ? `${labeled} images` : labeled;

/** Where cells of one row stand: "table 5, DCT, LiTS 1%, 5%". */
export function placeOf(...cells: readonly [Cell, ...Cell[]]): string {
  const [{ table, dataset }] = cells;
  return `table ${table}, ${rowOf(cells[0])}, ${dataset} ${[...new Set(cells.map(labelsOf))].join(", ")}`;
}

/** The number that stands for a whole row and column: the average of the structures, or the only structure there is. */
export const isHeadline = ({ table, structure }: Cell): boolean => structure === "Average" || table === 9;

/** Lists of at least one cell, by a key, in the order in which the keys come up; cells without a key are left out. */
export function grouped(cells: readonly Cell[], keyOf: (cell: Cell) => string | undefined): [Cell, ...Cell[]][] {
  const groups = new Map<string, [Cell, ...Cell[]]>();
  for (const cell of cells) {
    const key = keyOf(cell);
    const group = key === undefined ? undefined : groups.get(key);
    if (group) group.push(cell);
    else if (key !== undefined) groups.set(key, [cell]);
  }
  return [...groups.values()];
}
