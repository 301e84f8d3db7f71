import type { ColumnTable } from "arquero";
import type { Pixels } from "../images/pictures/pixels.js";
import { type Figure, isFigure } from "../plots/render/figure.js";
import { png } from "../plots/render/png.js";
import { raster } from "../plots/render/raster.js";
import { type Bundle, isNotebook } from "./bundle.js";
import { isTable, type TableOptions, tableForms } from "./table.js";

/** Markup of one's own, with the text that stands for it where markup cannot be shown. */
export interface Html {
  html: string;
  text: string;
}

/** What has forms of its own in a notebook. */
export type Shown = Figure | ColumnTable | Pixels | Html;

/** The forms of a figure (live and as a picture), a table, a picture or markup; undefined for any other value. */
export function formsOf(value: unknown, options: TableOptions = {}): Bundle | undefined {
  if (isFigure(value)) return figureForms(value);
  if (isTable(value)) return tableForms(value, options);
  if (isPixels(value)) return pictureForms(value);
  return isHtml(value) ? { "text/html": value.html, "text/plain": value.text } : undefined;
}

function figureForms(figure: Figure): Bundle {
  const { data, layout, config, fit } = figure; // the still is in the picture
  const pictures = isNotebook() && {
    "application/vnd.plotly.v1+json": { data, layout, config, fit },
    "image/png": png(figure, { scale: 1 }).toString("base64"), // pages show it dot for dot,
  };
  return { ...pictures, "text/plain": describe(figure) };
}

/** A figure in words: its title and what its axes are. */
export function describe({ layout }: Figure): string {
  const plain = (text = "") => text.replaceAll("<br>", "\n").replaceAll(/<[^>]*>/g, "");
  const [title, ...notes] = plain(layout.title.text).split("\n");
  const axes = [layout.yaxis, layout.xaxis].map((axis) => plain(axis?.title?.text)).filter(Boolean);
  return [`Figure: ${title}`, ...notes, ...(axes.length > 0 ? [axes.join(" against ")] : [])].join("\n");
}

function pictureForms({ data, shape }: Pixels): Bundle {
  const [height, width] = shape;
  const channels = data.length === height * width ? 1 : 3;
  const picture = isNotebook() && { "image/png": raster(data, [height, width], { channels }).toString("base64") };
  return { ...picture, "text/plain": `Picture of ${width}×${height} pixels, ${channels === 1 ? "grey" : "colour"}` };
}

function isPixels(value: unknown): value is Pixels {
  if (typeof value !== "object" || value === null || !("data" in value) || !("shape" in value)) return false;
  const { data, shape } = value;
  if (!(data instanceof Uint8Array) || !Array.isArray(shape) || shape.length !== 2) return false;
  return data.length > 0 && [1, 3].includes(data.length / (shape[0] * shape[1]));
}

function isHtml(value: unknown): value is Html {
  if (typeof value !== "object" || value === null || !("html" in value) || !("text" in value)) return false;
  return Object.keys(value).length === 2 && typeof value.html === "string" && typeof value.text === "string";
}
