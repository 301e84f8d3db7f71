import { benchmarks } from "../../benchmarks/index.js";
import { sizeOf } from "../../images/values.js";
import { lookUp } from "../../lookUp.js";
import type { LossMap } from "../../plots/pictures/lossSurface.js";
import type { StepApart } from "../step/apart.js";
import { byClass } from "../step/events.js";

/** The contrastive loss at every pixel of one labelled image of a step, with what the image is. */
export interface PixelLosses extends LossMap {
  title: string;
}

/**
 * L_contrast of each pixel as a query of its own class, over the labelled images of a step that was taken apart (figures 3 and 19 of the paper): NaN where a pixel's class
 * could not be compared. Of volumes every slice along the last axis is a map, its rows along y.
 */
export function lossMaps(apart: StepApart): PixelLosses[] {
  const [images, ...rest] = apart.imageShape;
  const channels = rest.pop() ?? 1;
  const all = new Float32Array(sizeOf([images, ...rest])).fill(Number.NaN);
  const losses = byClass(apart, "losses");
  for (const { class: of, values: pixels } of byClass(apart, "population")) {
    const own = losses.find((one) => one.class === of)?.values ?? [];
    for (let i = 0; i < pixels.length; i++) all[pixels[i]] = own[i];
  }
  const { phantom } = lookUp(benchmarks, apart.config.benchmark, "benchmark");
  return planesOf(rest, apart.labeled).map(({ image, slice, shape, pixels }) => ({
    title: `${apart.examples[image].case}, slice ${apart.examples[image].slice + slice}`,
    image: Float32Array.from(pixels, (pixel) => apart.image[pixel * channels]),
    shape,
    label: pixels.map((pixel) => apart.label[pixel]),
    loss: Float32Array.from(pixels, (pixel) => all[pixel]),
    phantom,
  }));
}

/** The planes of some images, or of volumes [x, y, z]: which of them, which slice of it, height and width, and the pixels in reading order. */
function planesOf(size: readonly number[], images: number) {
  const [height, width] = size.length === 2 ? size : [size[1], size[0]];
  const depth = size[2] ?? 1;
  return Array.from({ length: images * depth }, (_, at) => {
    const [image, slice] = [Math.floor(at / depth), at % depth];
    const pixels = Int32Array.from({ length: height * width }, (_, i) => {
      const [row, column] = [Math.floor(i / width), i % width];
      return size.length === 2 ? image * height * width + i : ((image * width + column) * height + row) * depth + slice;
    });
    return { image, slice, shape: [height, width] as const, pixels };
  });
}

/** Number of the map with most classes, and among those with most pixels that are not background. */
export function fullestMap(maps: readonly PixelLosses[]): number {
  const filled = maps.map(({ label }) => {
    const own = Array.from(label).filter((one) => one > 0);
    return 1e6 * new Set(own).size + own.length;
  });
  return filled.indexOf(Math.max(...filled));
}
