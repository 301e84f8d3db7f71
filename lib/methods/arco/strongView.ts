import { stream } from "../../engine/random.js";
import { drawElastic, warpImage, warpSources } from "../../images/augment/elastic.js";
import { mixSources, takeFrom } from "../../images/augment/mix.js";
import { photometric } from "../../images/augment/photometric.js";
import { Problem } from "../../problem.js";
import type { ArcoOptions } from "./options.js";

/** Unlabelled images with what the teacher thinks of them, as plain arrays. */
export interface Looked {
  images: Float32Array; // shape
  labels: Int32Array; // [images, height, width], −1 = ignore
  confidence: Float32Array; // [images, height, width]
  /** [images, height, width, channels] */
  shape: readonly number[];
}

/** Unlabelled images as the student sees them, and for every pixel the one it was taken from (flat index, −1 = none). */
export interface StrongView extends Looked {
  sources: Int32Array;
}

/** Mixes images, changes their grey values and warps them; labels and confidences go along. A pure function of the names: draws do not depend on the labels' values but in classmix. */
export function strongView(
  looked: Looked,
  { mixing, photometric: changesGrey, elastic, elasticLabels, quantise8 }: ArcoOptions["strong"],
  name: { seed: number; step: number; view: string },
): StrongView {
  const { shape } = looked;
  if (shape.length !== 4)
    throw new Problem(
      `strong view: found images of ${shape.length - 2} dimensions, expected height and width; volumes are not mixed yet`,
    );
  const [count, height, width] = shape;
  const rngs = (what: string) => Array.from({ length: count }, (_, at) => stream(name.seed, what, name.step, at));
  let sources = mixSources(mixing, looked.labels, [count, height, width], rngs("mix")); // the same in every view
  let images = takeFrom(looked.images, sources, 0);
  if (changesGrey) images = photometric({ values: images, shape }, rngs(`${name.view} photometric`), { quantise8 });
  const isWarped = elastic && stream(name.seed, `${name.view} elastic`, name.step).uniform() < 0.5;
  if (isWarped) {
    const warped = warpAll(images, [height, width], rngs(`${name.view} warp`));
    images = warped.images;
    if (elasticLabels) sources = warped.sources.map((from) => (from < 0 ? -1 : sources[from]));
  }
  const confidence = takeFrom(looked.confidence, sources, 0);
  return {
    images,
    labels: takeFrom(looked.labels, sources, -1),
    confidence: quantise8 ? confidence.map((value) => Math.floor(255 * value) / 255) : confidence,
    shape,
    sources,
  };
}

function warpAll(
  images: Float32Array,
  shape: readonly [number, number],
  rngs: ReturnType<typeof stream>[],
): { images: Float32Array; sources: Int32Array } {
  const size = shape[0] * shape[1];
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
