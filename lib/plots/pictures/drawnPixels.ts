import { Problem } from "../../problem.js";
import { fixed } from "../../written.js";
import type { Figure, Trace } from "../render/figure.js";
import { finite } from "../render/finite.js";
import type { Untitled } from "../render/fit.js";
import { axisNumber } from "../render/places.js";
import { type SheetOptions, sheet } from "../render/sheet.js";
import { okabeIto, onPicture } from "../render/theme.js";
import { cellBorders, gridCells } from "./cellBorders.js";
import { type Outline, outline } from "./outline.js";
import { type Panel, spacing, viewAround } from "./panel.js";
import { classColor, type PanelClass } from "./regions.js";

/** What samplers drew in one image. */
export interface DrawnImage extends Pick<Panel, "image" | "shape" | "spacingMm" | "phantom"> {
  /** The population: pixels of the class that may be drawn are not 0. */
  region: ArrayLike<number>; // [height, width], row by row
  /** Cells per side of the grid, or the cell of every pixel. */
  cells: number | ArrayLike<number>;
  panels: readonly Drawn[];
}

/** What one sampler drew. */
export interface Drawn {
  title: string;
  /** Places in the image (row · width + column); a pixel that was drawn twice stands there twice. */
  pixels: ArrayLike<number>;
  /** Pixels that are each other's reflection; thin lines join them. */
  pairs?: readonly (readonly [number, number])[];
}

/** How the figure looks. */
export interface DrawnPixelsOptions extends Omit<SheetOptions, "title" | "view">, Untitled {
  /** Name and colour of the class. */
  region?: PanelClass;
  /** Pixels shown around the region; the whole image for Infinity. */
  margin?: number;
}

/** The pixels that each sampler drew, over image, region and grid (paper, Figure 2). Throws a Problem for a pixel outside the region. */
export function drawnPixels(
  { region, cells, panels, ...image }: DrawnImage,
  { region: named = { name: "region of the class" }, margin = 6, subtitle = "", ...look }: DrawnPixelsOptions = {},
): Figure {
  finite("drawn pixels, image", image.image);
  const cellOf = typeof cells === "number" ? gridCells(image.shape, cells) : cells;
  const tallies = panels.map((panel) => tally(panel, region, cellOf));
  finite(
    "drawn pixels, samplers",
    tallies.map(({ off }) => off),
  );
  const mask = Uint8Array.from(region, (value) => (value > 0 ? 1 : 0));
  const border = outline(mask, image.shape, 1);
  const grid = cellBorders(cellOf, image.shape);
  const traces = panels.flatMap(({ pixels, pairs = [] }, at) => [
    {
      ...line("cell of the grid", grid, { color: onPicture.light, width: 1 }, { image, at }),
      opacity: 0.7,
      showlegend: false,
    },
    line(named.name, border, { color: classColor(named, 2), width: 2 }, { image, at }),
    {
      ...line("antithetic pair: rim", joined(pairs, image.shape), { color: onPicture.dark, width: 3.2 }, { image, at }),
      legendgroup: "pair",
      showlegend: false,
    },
    {
      ...line("antithetic pair", joined(pairs, image.shape), { color: okabeIto.orange, width: 1.4 }, { image, at }),
      legendgroup: "pair",
    },
    dots(pixels, { image, at }),
  ]);
  const pictures = panels.map(({ title, pixels }, at): Panel => {
    const { reached, cells } = tallies[at];
    return { ...image, title: `${title}\n${pixels.length} pixels in ${reached} of ${cells} cells` };
  });
  const isRepeated = panels.some(({ pixels }) => new Set(Array.from(pixels)).size < pixels.length);
  const drawn = ["white lines: cells of the grid", ...(isRepeated ? ["larger dot: drawn more than once"] : [])];
  return sheet(
    pictures,
    traces.filter(({ x }) => x.length > 0),
    {
      title: finding(tallies),
      panelPixels: 236,
      isCrisp: true,
      view: viewAround(mask, image.shape, margin),
      ...look,
      subtitle: [subtitle, ...drawn].filter(Boolean).join("; "),
    },
  );
}

interface Tally {
  title: string;
  /** Cells that hold pixels of the region, and those of them in which a pixel was drawn. */
  cells: number;
  reached: number;
  /** Largest distance between the pixels drawn in a cell and its share, n · N_m / N. */
  off: number;
}

function tally({ title, pixels }: Drawn, region: ArrayLike<number>, cellOf: ArrayLike<number>): Tally {
  const count = (places: readonly number[]) => {
    const counts = new Map<number, number>();
    for (const place of places) counts.set(cellOf[place], (counts.get(cellOf[place]) ?? 0) + 1);
    return counts;
  };
  const drawn = Array.from(pixels);
  const outside = drawn.find((place) => !(region[place] > 0));
  if (outside !== undefined)
    throw new Problem(
      `drawn pixels, ${title}: found pixel ${outside}, which is not in the region; give places in this image (row · width + column)`,
    );
  const population = Array.from(region, (_, place) => place).filter((place) => region[place] > 0);
  const [sizes, counts] = [count(population), count(drawn)];
  const off = [...sizes].map(([cell, size]) =>
    Math.abs((counts.get(cell) ?? 0) - (drawn.length * size) / population.length),
  );
  return { title, cells: sizes.size, reached: counts.size, off: Math.max(...off) };
}

/** How well each sampler keeps to what stratification promises. */
const finding = (tallies: readonly Tally[]) =>
  `A cell misses its share of the pixels by up to ${tallies.map(({ title, off }) => `${fixed(off, 1)} in “${title}”`).join(", ")}`;

interface Place {
  image: Pick<DrawnImage, "spacingMm" | "shape">;
  at: number;
}

const axesOf = (at: number) => ({ xaxis: `x${axisNumber(at)}`, yaxis: `y${axisNumber(at)}` }) as const;

/** Lines in pixels, drawn in the unit of the panel. */
function line(name: string, { x, y }: Outline, look: Trace["line"], { image, at }: Place): Trace {
  const [rowSize, columnSize] = spacing(image);
  const scaled = (values: (number | null)[], size: number) =>
    values.map((value) => (value === null ? null : value * size));
  return {
    type: "scatter",
    mode: "lines",
    ...axesOf(at),
    name,
    x: scaled(x, columnSize),
    y: scaled(y, rowSize),
    line: look,
    hoverinfo: "skip",
  };
}

/** A dot in the middle of each pixel, its area growing with the times it was drawn. */
function dots(pixels: ArrayLike<number>, { image, at }: Place): Trace {
  const [rowSize, columnSize] = spacing(image);
  const times = new Map<number, number>();
  for (const place of Array.from(pixels)) times.set(place, (times.get(place) ?? 0) + 1);
  const places = [...times.keys()];
  return {
    type: "scatter",
    mode: "markers",
    ...axesOf(at),
    name: "pixel drawn",
    x: places.map((place) => ((place % image.shape[1]) + 0.5) * columnSize),
    y: places.map((place) => (Math.floor(place / image.shape[1]) + 0.5) * rowSize),
    marker: {
      color: okabeIto.yellow,
      size: [...times.values()].map((count) => Math.round(60 * Math.sqrt(count)) / 10),
      opacity: 1,
      line: { color: onPicture.dark, width: 1 },
    },
    text: [...times.values()].map((count) => `drawn ${count} times`),
    hovertemplate: "%{text}",
  };
}

function joined(pairs: readonly (readonly [number, number])[], [, width]: readonly [number, number]): Outline {
  return {
    x: pairs.flatMap((pair) => [...pair.map((place) => (place % width) + 0.5), null]),
    y: pairs.flatMap((pair) => [...pair.map((place) => Math.floor(place / width) + 0.5), null]),
  };
}
