import type { Rng } from "../../engine/random.js";
import { Problem } from "../../problem.js";
import { sizeOf } from "../values.js";

/** How unlabelled images are mixed with one another (released code: `apply_aug`). */
export type Mixing = "cutmix" | "cutout" | "classmix" | "none";

/** Whether a mixing shows an image on another, of which one alone has none. */
export const takesTwo = (mixing: string): boolean => mixing === "cutmix" || mixing === "classmix";

/** What a mixing leaves open. */
export interface MixOptions {
  /** Of volumes, the slices that a box has along the last axis; 0: as many as give it half the volume. */
  slab?: number;
  /** Whether classmix counts what is not labelled (−1) as one more class, which it may keep (ReCo), or never keeps it. */
  voidIsClass?: boolean;
}

/**
 * For every pixel of the mixed images the pixel it is taken from, −1 = emptied: flat indices into labels [images, …size].
 * cutmix: a box of half the area (width drawn from W/2 + 1 … W − 1) shows the next image; cutout: it is emptied;
 * classmix: half of an image's classes stay on the next image. In volumes the box has half the volume, or, with `slab`, half the area of that
 * many slices along the last axis, the first of them at least twice as many before the end (released code: 10).
 * Throws a Problem where one image alone is to be mixed with the next.
 */
export function mixSources(
  mixing: Mixing,
  labels: Int32Array,
  [images, ...size]: readonly number[],
  rngs: readonly Rng[],
  { slab = 0, voidIsClass = false }: MixOptions = {},
): Int32Array {
  const pixels = sizeOf(size);
  const sources = Int32Array.from({ length: images * pixels }, (_, i) => i);
  if (mixing === "none") return sources;
  if (takesTwo(mixing) && images === 1)
    throw new Problem(
      `mixing: found one image for ${mixing}, which shows it on another, expected at least 2; take more images a step, or mix none`,
    );
  for (const [image, rng] of rngs.entries()) {
    const [own, next] = [image * pixels, ((image + 1) % images) * pixels];
    if (mixing === "classmix") {
      const kept = halfOf(labels.subarray(own, own + pixels), voidIsClass ? -1 : 0, rng);
      for (let i = 0; i < pixels; i++) if (!kept.has(labels[own + i])) sources[own + i] = next + i;
    } else
      for (const i of pixelsIn(boxOf(size, rng, slab), size)) sources[own + i] = mixing === "cutmix" ? next + i : -1;
  }
  return sources;
}

/** Where a box begins along each axis, and how long it is. */
interface Box {
  begin: number[];
  sides: number[];
}

function boxOf(size: readonly number[], rng: Rng, slab: number): Box {
  if (size.length < 3 || slab === 0) return placed(sidesOf(size, rng), size, rng);
  const [plane, depth] = [size.slice(0, 2), size[2]];
  const { begin, sides } = placed(sidesOf(plane, rng), plane, rng);
  const first = rng.integer(0, Math.max(0, depth - 2 * slab) + 1);
  return { begin: [...begin, first], sides: [...sides, Math.min(slab, depth - first)] };
}

/** Sides of a box of half the size: every one but the first is drawn so that the others can make up for it, the last one first. */
function sidesOf(size: readonly number[], rng: Rng): number[] {
  let share = 1 / 2; // of the size that the sides to come have
  const drawn = size.slice(1).map(() => 0);
  for (let axis = size.length - 1; axis > 0; axis--) {
    const least = Math.floor(size[axis] * share) + 1;
    const side = least < size[axis] ? rng.integer(least, size[axis]) : size[axis];
    drawn[axis - 1] = side;
    share *= size[axis] / side;
  }
  return [Math.min(size[0], Math.round(size[0] * share)), ...drawn];
}

const placed = (sides: number[], size: readonly number[], rng: Rng): Box => ({
  begin: sides.map((side, axis) => rng.integer(0, size[axis] - side + 1)),
  sides,
});

/** The pixels of a box, as flat indices into an image. */
function pixelsIn({ begin, sides }: Box, size: readonly number[]): number[] {
  return sides.reduce<number[]>(
    (before, side, axis) =>
      before.flatMap((at) => Array.from({ length: side }, (_, i) => at * size[axis] + begin[axis] + i)),
    [0],
  );
}

/** ⌊m/2⌋ of the m classes that occur, from the least one on, drawn. */
function halfOf(labels: Int32Array, least: number, rng: Rng): Set<number> {
  const classes = [...new Set(labels)].filter((label) => label >= least).sort((a, b) => a - b);
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
