import { gatherRows } from "../../engine/ops/gather.js";
import { resize } from "../../engine/ops/resize.js";
import { stream } from "../../engine/random.js";
import { asRows } from "../../engine/rows.js";
import * as tf from "../../engine/tf.js";
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
    let image = 0;
    for (const { images, features } of maps)
      for (let at = 0; at < images; at++, image++) {
        const rows = tf.tidy(() => everyPixel(features, at, matrix as tf.Tensor2D)); // [pixels, D + directions]
        let from = 0;
        for (const [which, { class: of, population, negatives: drawn }] of comparisons.entries()) {
          const count = drawn.pixels.length;
          const keys = tf.tidy(() =>
            tf.concat([prototypes.slice([of, 0], [1, width]), negatives.slice([from, 0], [count, width])]),
          );
          from += count;
          const [first, last] = range(population.pixels, image * rows.shape[0], (image + 1) * rows.shape[0]);
          for (let begin = first; begin < last; begin += atOnce) {
            const pixels = population.pixels.slice(begin, Math.min(begin + atOnce, last));
            const places = pixels.map((pixel) => pixel - image * rows.shape[0]);
            const { losses, projections, sample } = tf.tidy(() => {
              const found = gatherRows(rows, tf.tensor1d(places, "int32"));
              const queries = found.slice([0, 0], [-1, width]);
              const sample = observe && everyNth(queries, Math.ceil(population.pixels.length / shown));
              return { ...lossAndProjections(queries, found.slice([0, width]), keys, right, options.contrast), sample };
            });
            results[which].losses.set(await losses.data(), begin);
            const values = await projections.data();
            for (let i = 0; i < places.length; i++)
              for (let k = 0; k < directions; k++)
                results[which].projections[k][begin + i] = values[i * directions + k];
            if (sample) observe?.(`representations of class ${of}`, await sample.data(), sample.shape);
            tf.dispose([losses, projections, sample ?? []]);
          }
          keys.dispose();
        }
        rows.dispose();
      }
    tf.dispose([maps.map(({ features }) => features), left, right, matrix]);
    return results;
  }
}

/** Pixels whose similarities with all keys are held at once: a volume's background, of a million voxels against 513 keys, would take 12 GB. */
const atOnce = 1 << 15;

/** How many representations of a class an observer is told of. */
const shown = 400;

const everyNth = (rows: tf.Tensor, n: number) => gatherRows(rows, tf.range(0, rows.shape[0], n, "int32"));

/** A linear map of the pyramid's features at every pixel of an image: coarser maps are upsampled after the map, as both are linear. */
function everyPixel(features: readonly tf.Tensor[], image: number, matrix: tf.Tensor2D): tf.Tensor2D {
  const own = features.map((map) =>
    map
      .reshape([map.shape[0], -1])
      .slice([image, 0], [1, -1])
      .reshape([1, ...map.shape.slice(1)]),
  );
  const finest = own[own.length - 1];
  const size = finest.shape.slice(1, -1);
  const coarse = own.slice(0, -1).reduce((below, map) => {
    const up = resize(below, map.shape.slice(1, -1));
    return tf.concat([up, map], map.rank - 1);
  });
  const [upper, lower] = tf.split(matrix, [
    matrix.shape[0] - (finest.shape[finest.rank - 1] ?? 0),
    finest.shape[finest.rank - 1] ?? 0,
  ]);
  const mapped = asRows(coarse)
    .matMul(upper)
    .reshape([...coarse.shape.slice(0, -1), -1]);
  return asRows(resize(mapped, size)).add(asRows(finest).matMul(lower)) as tf.Tensor2D;
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
