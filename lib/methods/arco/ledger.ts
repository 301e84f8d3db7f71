import { gatherRows } from "../../engine/ops/gather.js";
import { stream } from "../../engine/random.js";
import { asRows } from "../../engine/rows.js";
import * as tf from "../../engine/tf.js";
import { mapEveryPixel } from "../../heads/pixels.js";
import { ledgerEntries, lossAndProjections, type Measured, type Notes, normalMatrix } from "../ledger.js";
import type { Setup } from "../method.js";
import type { Comparison } from "./contrastTerm.js";
import type { Models } from "./models.js";
import type { ArcoOptions } from "./options.js";
import type { StepInputs } from "./stepInputs.js";

/** Keys of the contrastive loss: the teacher's class means [classes, D] and negatives, class after class [n, D]. */
interface Keys {
  prototypes: tf.Tensor2D;
  negatives: tf.Tensor2D;
}

/** Pixels of one image: their places `from` … `to` in a class's population, and all its rows [pixels, D + directions], whose first has the number `offset`. */
interface Part {
  rows: tf.Tensor2D;
  offset: number;
  from: number;
  to: number;
}

/** What queries are compared with, and the right half of the directions. */
interface Against {
  keys: tf.Tensor2D;
  right: tf.Tensor2D;
}

/** The variance ledger: every few steps it evaluates the loss and its gradient at all pixels that may be drawn. */
export interface Ledger {
  write(inputs: StepInputs, comparisons: readonly Comparison[], keys: Keys): Promise<void>;
  /** The entries of the last step, if it had any. */
  notes(): Notes | undefined;
}

/** The ledger of a training. Gradients are those with respect to the student's head as one matrix, the layer behind the network's last features, on directions u vᵀ with standard normal u and v. */
export function ledger({ seed, options, observe }: Setup<ArcoOptions>, models: Models): Ledger {
  const { every, repeats, directions } = options.ledger;
  let entries: Notes["ledger"] | undefined;
  return {
    notes: () => entries && { ledger: entries },
    async write(inputs, comparisons, keys) {
      entries = undefined;
      if (every === 0 || inputs.step % every !== 0) return;
      const found = await measure(inputs, comparisons, keys);
      for (const [at, { class: of }] of comparisons.entries()) {
        const { losses, projections } = found[at];
        observe?.(`losses of class ${of}`, losses, [losses.length]);
        for (const column of projections) observe?.(`gradients of class ${of}`, column, [column.length]);
      }
      const { sampler, replacement, contrast } = options;
      const draws = { n: contrast.queries, sampler, replacement, repeats };
      entries = ledgerEntries(comparisons, found, { ...draws, seed, step: inputs.step });
    },
  };

  /** Losses and projected gradients of every pixel of every comparison's population. */
  async function measure(inputs: StepInputs, comparisons: readonly Comparison[], { prototypes, negatives }: Keys) {
    const width = options.representation;
    const maps = tf.tidy(
      () => models.student(inputs.labeledImage, inputs.viewImage, inputs.step, { track: false }).maps,
    );
    const { left, right, matrix } = tf.tidy(() => {
      const own = models.studentMatrix();
      const left = normalMatrix(stream(seed, "ledger left"), [own.shape[0], directions]);
      return {
        left,
        right: normalMatrix(stream(seed, "ledger right"), [width, directions]),
        matrix: tf.concat([own, left], 1),
      };
    });
    const results = comparisons.map(
      ({ population: { pixels } }): Measured => ({
        losses: new Float32Array(pixels.length),
        projections: Array.from({ length: directions }, () => new Float32Array(pixels.length)),
      }),
    );
    const keys = tf.tidy(() => keysOf(comparisons, { prototypes, negatives }));
    let image = 0;
    for (const { images, features } of maps)
      for (let at = 0; at < images; at++, image++) {
        const rows = tf.tidy(() => everyPixel(features, at, matrix as tf.Tensor2D)); // [pixels, D + directions]
        const offset = image * rows.shape[0];
        for (const [which, comparison] of comparisons.entries()) {
          const [first, last] = range(comparison.population.pixels, offset, offset + rows.shape[0]);
          for (let from = first; from < last; from += atOnce) {
            const part = { rows, offset, from, to: Math.min(from + atOnce, last) };
            await enter(results[which], part, comparison, { keys: keys[which], right });
          }
        }
        rows.dispose();
      }
    tf.dispose([maps.map(({ features }) => features), left, right, matrix, keys]);
    return results;
  }

  /** Enters what is found at some pixels of one image. */
  async function enter(found: Measured, part: Part, { class: of, population }: Comparison, { keys, right }: Against) {
    const { rows, offset, from, to } = part;
    const width = options.representation;
    const places = population.pixels.slice(from, to).map((pixel) => pixel - offset);
    const { losses, projections, sample } = tf.tidy(() => {
      const here = gatherRows(rows, tf.tensor1d(places, "int32"));
      const queries = here.slice([0, 0], [-1, width]);
      const sample = observe && everyNth(queries, Math.ceil(population.pixels.length / shown));
      return { ...lossAndProjections(queries, here.slice([0, width]), keys, right, options.contrast), sample };
    });
    found.losses.set(await losses.data(), from);
    const values = await projections.data();
    for (let i = 0; i < places.length; i++)
      for (let k = 0; k < directions; k++) found.projections[k][from + i] = values[i * directions + k];
    if (sample) observe?.(`representations of class ${of}`, await sample.data(), sample.shape);
    tf.dispose([losses, projections, sample ?? []]);
  }
}

/** The keys of each comparison: its class's mean, then its negatives, [1 + n, D]. */
function keysOf(comparisons: readonly Comparison[], { prototypes, negatives }: Keys): tf.Tensor2D[] {
  const width = prototypes.shape[1];
  let from = 0;
  return comparisons.map(({ class: of, negatives: { pixels } }) => {
    const own = negatives.slice([from, 0], [pixels.length, width]);
    from += pixels.length;
    return tf.concat([prototypes.slice([of, 0], [1, width]), own]);
  });
}

/** Pixels whose similarities with all keys are held at once: a volume's background, of a million voxels against 513 keys, would take 12 GB. */
const atOnce = 1 << 15;

/** How many representations of a class an observer is told of. */
const shown = 400;

const everyNth = (rows: tf.Tensor, n: number) => gatherRows(rows, tf.range(0, rows.shape[0], n, "int32"));

/** A linear map of the pyramid's features at every pixel of one image. */
function everyPixel(features: readonly tf.Tensor[], image: number, matrix: tf.Tensor2D): tf.Tensor2D {
  const own = features.map((map) =>
    map
      .reshape([map.shape[0], -1])
      .slice([image, 0], [1, -1])
      .reshape([1, ...map.shape.slice(1)]),
  );
  return asRows(mapEveryPixel(own, matrix)) as tf.Tensor2D;
}

/** First position whose pixel is in an interval, and the first behind it. */
function range(pixels: Int32Array, from: number, to: number): [number, number] {
  const firstAt = (value: number) => {
    let [low, high] = [0, pixels.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pixels[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [firstAt(from), firstAt(to)];
}
