import type { Rng } from "../../engine/random.js";

/** How unlabelled images are mixed with one another (released code: `apply_aug`). */
export type Mixing = "cutmix" | "cutout" | "classmix" | "none";

/**
 * For every pixel of the mixed images the pixel it is taken from, −1 = emptied: flat indices into labels [images, height, width].
 * cutmix: a box of half the area (width drawn from W/2 + 1 … W − 1) shows the next image; cutout: it is emptied;
 * classmix: half of an image's classes stay on the next image.
 */
export function mixSources(
  mixing: Mixing,
  labels: Int32Array,
  [images, height, width]: readonly number[],
  rngs: readonly Rng[],
): Int32Array {
  const size = height * width;
  const sources = Int32Array.from({ length: images * size }, (_, i) => i);
  if (mixing === "none") return sources;
  for (const [image, rng] of rngs.entries()) {
    const [own, next] = [image * size, ((image + 1) % images) * size];
    if (mixing === "classmix") {
      const kept = halfOf(labels.subarray(own, own + size), rng);
      for (let i = 0; i < size; i++) if (!kept.has(labels[own + i])) sources[own + i] = next + i;
    } else {
      const { top, left, bottom, right } = box(height, width, rng);
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++)
          sources[own + y * width + x] = mixing === "cutmix" ? next + y * width + x : -1;
    }
  }
  return sources;
}

function box(height: number, width: number, rng: Rng) {
  const across = rng.integer(Math.floor(width / 2) + 1, width);
  const down = Math.min(height, Math.round((height * width) / (2 * across)));
  const [top, left] = [rng.integer(0, height - down + 1), rng.integer(0, width - across + 1)];
  return { top, left, bottom: top + down, right: left + across };
}

/** ⌊m/2⌋ of the m classes that occur, drawn. */
function halfOf(labels: Int32Array, rng: Rng): Set<number> {
  const classes = [...new Set(labels)].filter((label) => label >= 0).sort((a, b) => a - b);
  const order = rng.permutation(classes.length);
  return new Set(Array.from(order.subarray(0, classes.length >> 1), (at) => classes[at]));
}

/** Values [pixels, channels] by the pixels they are taken from; `empty` where there is none. */
export function takeFrom<A extends Float32Array | Int32Array>(values: A, sources: Int32Array, empty: number): A;
export function takeFrom(values: Float32Array | Int32Array, sources: Int32Array, empty: number) {
  const channels = values.length / sources.length;
  const taken = values.slice();
  for (let i = 0; i < sources.length; i++)
    for (let c = 0; c < channels; c++)
      taken[i * channels + c] = sources[i] < 0 ? empty : values[sources[i] * channels + c];
  return taken;
}
