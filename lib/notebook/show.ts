import { emit } from "./bundle.js";
import { formsOf, type Shown } from "./forms.js";
import { type TableOptions, table, tableForms } from "./table.js";
import "./tensors.js";

/**
 * Shows a figure (live where JupyterLab can, else as a picture), a table, rows of a table, a picture, markup or a sentence below the cell.
 * Outside a notebook it prints their text.
 */
export function show(value: Shown | readonly object[] | string, options: TableOptions = {}): void {
  if (typeof value === "string") emit({ "text/markdown": value, "text/plain": value });
  else emit(formsOf(value, options) ?? tableForms(table(isRows(value) ? value : [value]), options));
}

const isRows = (value: object): value is readonly object[] => Array.isArray(value);
