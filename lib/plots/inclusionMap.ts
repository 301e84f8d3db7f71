import { colorAt, diverging } from "./colorScale.js";
import type { Figure, Trace } from "./figure.js";
import { finite } from "./finite.js";
import { type Panel, viewAround } from "./panel.js";
import { dataAddress, raster } from "./raster.js";
import { type SheetOptions, sheet } from "./sheet.js";
import type { Untitled } from "./theme.js";

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
    paint: (values, size) => dataAddress(raster(colors(values, most), size, { channels: 3 })),
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

function colors(ratios: ArrayLike<number>, end: number): Uint8Array {
  const found = new Uint8Array(3 * ratios.length);
  for (let i = 0; i < ratios.length; i++)
    found.set(
      Number.isNaN(ratios[i]) ? outside : colorAt(diverging, 0.5 + Math.log(ratios[i]) / Math.log(end) / 2),
      3 * i,
    );
  return found;
}

const outside = [153, 153, 153];

/** A trace without a point, for the key of its colours: by doubling, from 1 / end to end. */
function colorBar(end: number): Trace {
  const steps = Math.max(1, Math.round(Math.log2(end)));
  const ticks = Array.from({ length: 2 * steps + 1 }, (_, i) => end ** (i / steps - 1));
  return {
    type: "scatter",
    mode: "markers",
    name: "times drawn over ideal",
    x: [null],
    y: [null],
    xaxis: "x",
    yaxis: "y",
    showlegend: false,
    hoverinfo: "skip",
    marker: {
      color: [0],
      colorscale: diverging,
      cmin: -1,
      cmax: 1,
      showscale: true,
      colorbar: {
        title: { text: "draws over<br>n / N (ratio)", side: "top", font: { size: 12 } },
        tickvals: ticks.map((ratio) => Math.log(ratio) / Math.log(end)),
        ticktext: ticks.map((ratio) => (ratio < 1 && end >= 2 ? `1/${words(1 / ratio)}` : words(ratio))),
        thickness: 14,
        len: 0.9,
        x: 1.02,
        xanchor: "left",
        outlinewidth: 1,
      },
    },
  };
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
    : `stay within ${Math.min(...others.map(({ ratios }) => range(ratios)[0])).toPrecision(2)} and ${Math.max(...others.map(({ ratios }) => range(ratios)[1])).toPrecision(2)}`;
  return `${first}; the others ${rest}`;
}
