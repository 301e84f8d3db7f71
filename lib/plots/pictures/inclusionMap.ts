import { significant } from "../../written.js";
import type { Figure, Trace } from "../render/figure.js";
import { finite } from "../render/finite.js";
import type { Untitled } from "../render/fit.js";
import { dataAddress, raster } from "../render/raster.js";
import { type SheetOptions, sheet } from "../render/sheet.js";
import { colorKey, painted } from "./colorKey.js";
import { colorAt, diverging } from "./colorScale.js";
import { type Panel, viewAround } from "./panel.js";

/** How often samplers draw each pixel of a population. */
export interface Inclusion extends Pick<Panel, "shape" | "spacingMm" | "phantom"> {
  /** Places in the image (row · width + column) of the pixels that may be drawn. */
  population: ArrayLike<number>;
  panels: readonly {
    title: string;
    /** Of every pixel of the population, in its order: expected or counted number of draws. */
    counts: ArrayLike<number>;
  }[];
}

/** How the figure looks. */
export interface InclusionOptions extends Omit<SheetOptions, "title" | "view">, Untitled {
  /** Pixels shown around the population; the whole image where it is Infinity. */
  margin?: number;
}

/** Maps of how often each pixel is drawn over how often it should be, n / N: white where the sampler is fair, blue below, vermillion above. */
export function inclusionMap(
  { shape, population, panels, ...image }: Inclusion,
  { margin = 3, subtitle = "", ...look }: InclusionOptions = {},
): Figure {
  for (const { title, counts } of panels) finite(`inclusion map, ${title}`, counts);
  finite("inclusion map, population", population);
  const ratios = panels.map(({ counts }) => overIdeal(counts));
  const most = scaleEnd(ratios);
  const color = (ratio: number) => colorAt(diverging, 0.5 + Math.log(ratio) / Math.log(most) / 2);
  const mask = new Uint8Array(shape[0] * shape[1]);
  for (const place of Array.from(population)) mask[place] = 1;
  const maps = panels.map(({ title }, at): Panel => {
    const map = new Float32Array(shape[0] * shape[1]).fill(Number.NaN);
    for (const [i, ratio] of ratios[at].entries()) map[population[i]] = ratio;
    return { ...image, shape, title: `${title}\n${spread(ratios[at])}`, image: map };
  });
  return sheet(maps, [colorBar(most)], {
    title: finding(panels.map(({ title }, at) => ({ title, ratios: ratios[at] }))),
    right: 104,
    isCrisp: true,
    view: viewAround(mask, shape, margin),
    paint: (values, size) => dataAddress(raster(painted(values, color), size, { channels: 3 })),
    ...look,
    subtitle: [subtitle, "white: as often as it should be, n draws of N pixels; grey: not in the population"]
      .filter(Boolean)
      .join("; "),
  });
}

/** Counts over what they would be if all pixels were drawn equally often. */
function overIdeal(counts: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(counts);
  const ideal = values.reduce((sum, count) => sum + count, 0) / values.length;
  return values.map((count) => count / ideal);
}

/** The lowest and the highest. */
const range = (ratios: Float64Array): readonly [number, number] => [
  ratios.reduce((a, b) => Math.min(a, b)),
  ratios.reduce((a, b) => Math.max(a, b)),
];

/** How far a sampler is from drawing all pixels equally often, upwards or downwards, as a factor. */
const farthest = (ratios: Float64Array) => Math.max(...range(ratios).map((ratio) => Math.max(ratio, 1 / ratio)));

/** End of the colour scale, the same upwards and downwards: as far as the ratios go, give or take what counts scatter, but at most 8. */
function scaleEnd(ratios: readonly Float64Array[]): number {
  const end = Math.max(...ratios.map(farthest));
  return [1.25, 1.5, 2, 4].find((most) => end <= 1.1 * most) ?? 8;
}

/** The key: by doubling, from 1 / end to end. */
function colorBar(end: number): Trace {
  const steps = Math.max(1, Math.round(Math.log2(end)));
  const ticks = Array.from({ length: 2 * steps + 1 }, (_, i) => end ** (i / steps - 1));
  return colorKey({
    name: "times drawn over ideal",
    heading: "draws over<br>n / N (ratio)",
    colors: diverging,
    ends: [-1, 1],
    ticks: {
      tickvals: ticks.map((ratio) => Math.log(ratio) / Math.log(end)),
      ticktext: ticks.map((ratio) => (ratio < 1 && end >= 2 ? `1/${words(1 / ratio)}` : words(ratio))),
    },
  });
}

const words = (ratio: number) => String(Number(ratio.toPrecision(2)));

/** The range of a sampler's ratios; up to half a percent is none. */
const spread = (ratios: Float64Array) =>
  farthest(ratios) < 1.005 ? "all equally often" : `${range(ratios).map(words).join(" to ")} times the ideal`;

function finding(samplers: readonly { title: string; ratios: Float64Array }[]): string {
  const [worst, ...others] = [...samplers].sort((a, b) => farthest(b.ratios) - farthest(a.ratios));
  if (farthest(worst.ratios) < 1.005) return "Every pixel is drawn equally often, whichever the sampler";
  const [low, high] = range(worst.ratios).map(words);
  const first = `“${worst.title}” draws some pixels ${low} and others ${high} times as often as it should`;
  if (others.length === 0) return first;
  const rest = others.every(({ ratios }) => farthest(ratios) < 1.005)
    ? "draw all equally often"
    : `stay within ${significant(Math.min(...others.map(({ ratios }) => range(ratios)[0])), 2)} and ${significant(Math.max(...others.map(({ ratios }) => range(ratios)[1])), 2)}`;
  return `${first}; the others ${rest}`;
}
