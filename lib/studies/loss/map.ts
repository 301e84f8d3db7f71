import { benchmarks } from "../../benchmarks/index.js";
import { lookUp } from "../../lookUp.js";
import type { LossMap } from "../../plots/pictures/lossSurface.js";
import type { StepApart } from "../step/apart.js";
import { byClass } from "../step/events.js";

/** The contrastive loss at every pixel of one labelled image of a step, with what the image is. */
export interface PixelLosses extends LossMap {
  title: string;
}

/** L_contrast of each pixel as a query of its own class, over the labelled images of a step that was taken apart (figures 3 and 19 of the paper): NaN where a pixel's class could not be compared. */
export function lossMaps(apart: StepApart): PixelLosses[] {
  const [, height, width, channels] = apart.imageShape;
  const size = height * width;
  const all = new Float32Array(apart.imageShape[0] * size).fill(Number.NaN);
  const losses = byClass(apart, "losses");
  for (const { class: of, values: pixels } of byClass(apart, "population")) {
    const own = losses.find((one) => one.class === of)?.values ?? [];
    for (let i = 0; i < pixels.length; i++) all[pixels[i]] = own[i];
  }
  const { phantom } = lookUp(benchmarks, apart.config.benchmark, "benchmark");
  return Array.from({ length: apart.labeled }, (_, at) => ({
    title: `${apart.examples[at].case}, slice ${apart.examples[at].slice}`,
    image: Float32Array.from({ length: size }, (_, i) => apart.image[(at * size + i) * channels]),
    shape: [height, width] as const,
    label: apart.label.slice(at * size, (at + 1) * size),
    loss: all.slice(at * size, (at + 1) * size),
    phantom,
  }));
}

/** Number of the map with most classes, and among those with most pixels that are not background. */
export function fullestMap(maps: readonly PixelLosses[]): number {
  const filled = maps.map(({ label }) => {
    const own = Array.from(label).filter((one) => one > 0);
    return 1e6 * new Set(own).size + own.length;
  });
  return filled.indexOf(Math.max(...filled));
}
