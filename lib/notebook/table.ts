import { type ColumnTable, from } from "arquero";
import { escapeHtml } from "../plots/render/escapeHtml.js";
import { fixed } from "../written.js";
import type { Bundle } from "./bundle.js";

/** The rows as an arquero table, for verbs such as filter, derive and groupby; `show` shows it. */
export const table = (rows: readonly object[]): ColumnTable => from([...rows]);

/** Whether a value is an arquero table. */
export function isTable(value: unknown): value is ColumnTable {
  return typeof value === "object" && value !== null && "columnNames" in value && "toHTML" in value;
}

/** How a table is written. */
export interface TableOptions {
  /** Decimals of the numbers in a column that are not all whole. */
  digits?: number;
  /** Rows shown at most. */
  limit?: number;
}

/** The forms of a table: HTML with numbers to the right, and the same as text. */
export function tableForms(shown: ColumnTable, { digits = 3, limit = 100 }: TableOptions = {}): Bundle {
  const names = shown.columnNames();
  const decimals = names.map((name) =>
    shown.array(name).some((value: unknown) => typeof value === "number" && !Number.isInteger(value)) ? digits : 0,
  );
  const rows = shown.objects({ limit }).map((row) => names.map((name, i) => cell(Reflect.get(row, name), decimals[i])));
  const isNumber = names.map((name) =>
    shown.array(name).every((value: unknown) => value === null || value === undefined || typeof value === "number"),
  );
  const more = shown.numRows() > limit ? `${shown.numRows() - limit} more rows` : "";
  return {
    "text/html": html(names, rows, isNumber, more),
    "text/plain": text(names, rows, isNumber, more),
  };
}

function cell(value: unknown, digits: number): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (typeof value === "number") return fixed(value, digits);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function html(names: readonly string[], rows: readonly string[][], isNumber: readonly boolean[], more: string): string {
  const line = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((value, i) => `<${tag} style="text-align:${isNumber[i] ? "right" : "left"}">${escapeHtml(value)}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${line("th", names)}</thead><tbody>${rows.map((row) => line("td", row)).join("")}</tbody></table>${more ? `<p>${more}</p>` : ""}`;
}

function text(names: readonly string[], rows: readonly string[][], isNumber: readonly boolean[], more: string): string {
  const widths = names.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((value, i) => (isNumber[i] ? value.padStart(widths[i]) : value.padEnd(widths[i])))
      .join("  ")
      .trimEnd();
  return [line(names), line(widths.map((width) => "─".repeat(width))), ...rows.map(line), ...(more ? [more] : [])].join(
    "\n",
  );
}
