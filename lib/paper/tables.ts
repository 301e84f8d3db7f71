import { augmentations, components, losses } from "./ablations.js";
import { onAcdc, onLits, onMmwhs, onVolumes } from "./comparisons.js";
import { afterFrameworks } from "./frameworks.js";
import { isHeadline, rowOf } from "./place.js";
import { type Cell, published, type TableNumber } from "./published.js";
import type { PaperTable, TableRow } from "./recipe.js";
import { onPhotographs } from "./semantic.js";

/** How each table of the paper is made, by its number. */
export const tables: Readonly<Record<TableNumber, PaperTable>> = {
  1: onAcdc,
  2: components,
  3: losses,
  4: augmentations,
  5: onLits,
  6: onMmwhs,
  7: onPhotographs,
  8: afterFrameworks,
  9: onVolumes,
};

/** Labelled shares or numbers in the columns of a data set, fewest first. */
export function labeledColumns(table: TableNumber, dataset: string): string[] {
  const cells = published(table).filter((cell) => cell.dataset === dataset && cell.labeled !== "all");
  return [...new Set(cells.map(({ labeled }) => labeled))];
}

/** What is printed for a row as a whole in a column; undefined where the table has no such cell. */
export function publishedFor(
  table: TableNumber,
  row: Pick<TableRow, "method" | "variant">,
  { dataset, labeled }: Pick<Cell, "dataset" | "labeled">,
): Cell | undefined {
  return published(table).find(
    (cell) => isHeadline(cell) && rowOf(cell) === rowOf(row) && cell.dataset === dataset && cell.labeled === labeled,
  );
}
