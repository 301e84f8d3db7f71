import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Problem } from "../problem.js";

/** The number of a table in the paper. */
export type TableNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
/** The tables of the paper, in order. */
export const tableNumbers: readonly TableNumber[] = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** What is measured in a cell. */
export type Measure = "dice" | "asd" | "miou";

/** One published result: a row and a column of a table, with the numbers that are printed there. */
export interface Cell {
  table: TableNumber;
  dataset: string;
  /** The row: a method, and what is left out or changed (table 8: the pre-training framework, and the sampler). */
  method: string;
  variant: string;
  /** The column: labelled share ("1%") or number of labelled images ("60"), and the structure or "Average". */
  labeled: string;
  structure: string;
  /** Dice and mean IoU in %, the average surface distance in `asdUnit`; what the table does not have is absent. */
  dice?: number;
  asd?: number;
  miou?: number;
  asdUnit?: "voxel" | "mm";
  /** The numbers with the digits they are printed with. */
  printed: Partial<Record<Measure, string>>;
}

const folder = fileURLToPath(new URL("../../data/published", import.meta.url));
const read = new Map<TableNumber, readonly Cell[]>();

/** The cells of a table as the paper (arXiv 2302.01735v5) prints them, errors kept. Throws a Problem for a damaged file. */
export function published(table: TableNumber): readonly Cell[] {
  const cells = read.get(table) ?? load(table);
  read.set(table, cells);
  return cells;
}

function load(table: TableNumber): Cell[] {
  const name = readdirSync(folder).find((file) => file.startsWith(`table${table}_`));
  if (!name) throw new Problem(`${folder}: holds no table${table}_….csv; check the file out again`);
  const path = join(folder, name);
  const [heading, ...lines] = readFileSync(path, "utf8").trimEnd().split(/\r?\n/);
  const columns = heading.split(","); // no cell holds a comma
  return lines.map((line, at) => {
    const values = line.split(",");
    if (values.length !== columns.length)
      throw new Problem(`${path}:${at + 2}: found ${values.length} values, expected ${columns.length}`);
    return cellOf(table, new Map(columns.map((column, i) => [column, values[i]])), `${path}:${at + 2}`);
  });
}

const numbers: Record<string, { measure: Measure; unit?: Cell["asdUnit"] }> = {
  dsc_percent: { measure: "dice" },
  miou_percent: { measure: "miou" },
  asd_voxel: { measure: "asd", unit: "voxel" },
  asd_mm: { measure: "asd", unit: "mm" },
};

function cellOf(table: TableNumber, line: ReadonlyMap<string, string>, where: string): Cell {
  const cell: Cell = {
    table,
    dataset: line.get("dataset") ?? "ACDC", // tables 2, 3, 4 and 8 have no other
    method: line.get("method") ?? line.get("framework") ?? "",
    variant: line.get("variant") ?? line.get("sampler") ?? "",
    labeled: line.get("labelled") ?? line.get("labelled_images") ?? "1%", // tables 2, 3 and 4
    structure: line.get("structure") ?? "Average",
    printed: {},
  };
  for (const [column, { measure, unit }] of Object.entries(numbers)) {
    const text = line.get(column);
    if (text === undefined) continue;
    if (!/^\d+(\.\d+)?$/.test(text)) throw new Problem(`${where}: ${column}: found "${text}", expected a number`);
    cell[measure] = Number(text);
    cell.printed[measure] = text;
    if (unit) cell.asdUnit = unit;
  }
  return cell;
}
