import type { ColumnTable } from "arquero";
import { type Figure, isFigure } from "../plots/render/figure.js";
import { png } from "../plots/render/png.js";
import { emit, isNotebook } from "./bundle.js";
import { isTable, showTable, type TableOptions, table } from "./table.js";
import "./tensors.js";

/** Markup of one's own, with the text that stands for it where markup cannot be shown. */
export interface Html {
  html: string;
  text: string;
}

/**
 * Shows a figure (live where JupyterLab can, else as a picture), a table, rows of a table, markup or a sentence below the cell.
 * Outside a notebook it prints their text.
 */
export function show(
  value: Figure | ColumnTable | readonly object[] | Html | string,
  options: TableOptions = {},
): void {
  if (typeof value === "string") emit({ "text/markdown": value, "text/plain": value });
  else if (isFigure(value)) showFigure(value);
  else if (isTable(value)) showTable(value, options);
  else if ("html" in value) emit({ "text/html": value.html, "text/plain": value.text });
  else showTable(table(value), options);
}

function showFigure(figure: Figure): void {
  const { data, layout, config, fit } = figure; // the still is in the picture
  const text = describe(figure);
  const pictures = isNotebook() && {
    "application/vnd.plotly.v1+json": { data, layout, config, fit },
    "image/png": png(figure, { scale: 1 }).toString("base64"), // pages show it dot for dot,
  };
  emit({ ...pictures, "text/plain": text });
}

/** A figure in words: its title and what its axes are. */
export function describe({ layout }: Figure): string {
  const plain = (text = "") => text.replaceAll("<br>", "\n").replaceAll(/<[^>]*>/g, "");
  const [title, ...notes] = plain(layout.title.text).split("\n");
  const axes = [layout.yaxis, layout.xaxis].map((axis) => plain(axis?.title?.text)).filter(Boolean);
  return [`Figure: ${title}`, ...notes, ...(axes.length > 0 ? [axes.join(" against ")] : [])].join("\n");
}
