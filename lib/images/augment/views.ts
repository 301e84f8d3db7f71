import { stream } from "../../engine/random.js";
import { Problem } from "../../problem.js";
import { sizeOf } from "../values.js";
import { type ColourOptions, colour } from "./colour.js";
import { drawElastic, warpImage, warpSources } from "./elastic.js";
import { type Mixing, type MixOptions, mixSources, takeFrom } from "./mix.js";
import { cropImage, cropSources, drawPhotoCrop } from "./photoCrop.js";
import { type Images, type PhotometricOptions, photometric } from "./photometric.js";
import { type ResizedCropOptions, resizedCrop } from "./resizedCrop.js";

/** A change of images; plain data, so that threads can be told of it. Random draws come from streams named by seed, view, step and image. */
export type ViewStep =
  /** Images are mixed with one another; the same in all views of a step. */
  | ({ change: "mix"; mixing: Mixing } & MixOptions)
  /** Brightness, contrast and blur; `stream` names the draws where two views are to share them. */
  | ({ change: "photometric"; stream?: string } & PhotometricOptions)
  /** One coin for the batch: all images are warped elastically, each on its own; `moves` says whether labels go along. */
  | { change: "elastic"; probability: number; moves: boolean }
  /** A random part of each image, resized to the whole. */
  | ({ change: "resizedCrop" } & ResizedCropOptions)
  /** Brightness, contrast, saturation and hue of photographs. */
  | ({ change: "colour" } & ColourOptions)
  /** Photographs are resized by a random factor, and a part of the same size as before is cut out of each, filled where they have become smaller. */
  | { change: "photoCrop"; scales: readonly [number, number] }
  /** Each image is mirrored along its last axis with this probability. */
  | { change: "flip"; probability: number };

/** Which images of a batch are looked at, and what is done with them, in order. */
export interface ViewRecipe {
  of: "all" | "labeled" | "unlabeled";
  steps: readonly ViewStep[];
}

/** Images after their changes, and for every pixel the one it was taken from (flat index, −1 = none) where pixels moved between or within images. */
export interface View extends Images {
  sources?: Int32Array;
}

/** What decides the draws of a view. */
export interface ViewName {
  seed: number;
  step: number;
  view: string;
}

/** A view of images: a pure function of them and of the name; `labels` [images, …size] are needed for classmix alone. Throws a Problem for changes of volumes that are not there yet. */
export function makeView(
  images: Images,
  steps: readonly ViewStep[],
  { seed, step, view }: ViewName,
  labels?: Int32Array,
): View {
  const [count, ...size] = images.shape.slice(0, -1);
  const rngs = (what: string) => Array.from({ length: count }, (_, at) => stream(seed, what, step, at));
  let made: View = images;
  for (const one of steps) {
    if (one.change === "photometric")
      made = { ...made, values: photometric(made, rngs(one.stream ?? `${view} photometric`), one) };
    else if (size.length !== 2 && one.change === "flip")
      throw new Problem(
        `view "${view}": found images of ${size.length} dimensions, expected height and width; "${one.change}" of volumes is not there yet`,
      );
    else made = changed(made, one, { seed, step, view }, rngs, labels);
  }
  return made;
}

function changed(
  images: View,
  one: Exclude<ViewStep, { change: "photometric" }>,
  { seed, step, view }: ViewName,
  rngs: (what: string) => ReturnType<typeof stream>[],
  labels?: Int32Array,
): View {
  const shape = images.shape.slice(0, -1);
  switch (one.change) {
    case "mix": {
      if (one.mixing === "classmix" && !labels)
        throw new Problem(`view "${view}": classmix needs labels, which are not known before the step`);
      const own = images.sources ? takeFrom(labels ?? new Int32Array(), images.sources, -1) : labels;
      const sources = mixSources(one.mixing, own ?? new Int32Array(), shape, rngs("mix"), one);
      return { ...images, values: takeFrom(images.values, sources, 0), sources: behind(images.sources, sources) };
    }
    case "elastic": {
      if (stream(seed, `${view} elastic`, step).uniform() >= one.probability) return images;
      const warped = warpAll(images.values, shape.slice(1), rngs(`${view} warp`));
      const sources = one.moves ? behind(images.sources, warped.sources) : images.sources;
      return { ...images, values: warped.images, sources };
    }
    case "colour":
      return { ...images, values: colour(images, rngs(`${view} colour`), one) };
    case "photoCrop":
      return cropped(images, rngs(`${view} crop`), one.scales);
    case "resizedCrop":
      return { ...images, values: resizedCrop(images, rngs(`${view} crop`), one) };
    case "flip":
      return flipped(images, rngs(`${view} flip`), one.probability);
  }
}

/** Where pixels come from that were taken from places, which themselves came from others before. */
const behind = (before: Int32Array | undefined, places: Int32Array): Int32Array =>
  before ? places.map((from) => (from < 0 ? -1 : before[from])) : places;

function cropped(images: View, rngs: ReturnType<typeof stream>[], scales: readonly [number, number]): View {
  const [, height, width] = images.shape;
  const [pixels, size] = [height * width, images.values.length / images.shape[0]];
  const values = new Float32Array(images.values.length);
  const places = new Int32Array(pixels * rngs.length);
  for (const [at, rng] of rngs.entries()) {
    const crop = drawPhotoCrop([height, width], { size: [height, width], scales, flip: false }, rng);
    values.set(cropImage(images.values.subarray(at * size, (at + 1) * size), crop), at * size);
    places.set(
      cropSources(crop).map((from) => (from < 0 ? -1 : at * pixels + from)),
      at * pixels,
    );
  }
  return { ...images, values, sources: behind(images.sources, places) };
}

function warpAll(
  images: Float32Array,
  shape: readonly number[],
  rngs: ReturnType<typeof stream>[],
): { images: Float32Array; sources: Int32Array } {
  const size = sizeOf(shape);
  const channels = images.length / size / rngs.length;
  const moved = new Float32Array(images.length);
  const sources = new Int32Array(size * rngs.length);
  for (const [at, rng] of rngs.entries()) {
    const warp = drawElastic(shape, rng);
    for (let c = 0; c < channels; c++) {
      const plane = Float32Array.from({ length: size }, (_, i) => images[(at * size + i) * channels + c]);
      warpImage(plane, warp).forEach((value, i) => {
        moved[(at * size + i) * channels + c] = value;
      });
    }
    warpSources(warp).forEach((from, i) => {
      sources[at * size + i] = from < 0 ? -1 : at * size + from;
    });
  }
  return { images: moved, sources };
}

function flipped(images: View, rngs: ReturnType<typeof stream>[], probability: number): View {
  const [count, height, width] = images.shape;
  const isFlipped = rngs.map((rng) => rng.uniform() < probability);
  const places = Int32Array.from({ length: count * height * width }, (_, i) => {
    const x = i % width;
    return isFlipped[Math.floor(i / (height * width))] ? i - x + width - 1 - x : i;
  });
  const sources = images.sources && behind(images.sources, places); // where nobody followed the pixels before, nobody asks
  return { ...images, values: takeFrom(images.values, places, 0), ...(sources && { sources }) };
}
