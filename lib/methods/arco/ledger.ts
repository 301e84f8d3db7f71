import { gatherRows } from "../../engine/ops/gather.js";
import { resize } from "../../engine/ops/resize.js";
import { unitRows } from "../../engine/ops/unitRows.js";
import { stream } from "../../engine/random.js";
import { asRows } from "../../engine/rows.js";
import * as tf from "../../engine/tf.js";
import { addedSampler, samplers } from "../../samplers/index.js";
import { type Variances, variances } from "../../samplers/variance.js";
import type { Setup } from "../method.js";
import type { Comparison } from "./contrastTerm.js";
import type { Models } from "./models.js";
import type { ArcoOptions } from "./options.js";
import type { StepInputs } from "./stepInputs.js";

/** Variances of the mean over n queries of one class, exact over all pixels that may be drawn; beside them the variance observed over repeated draws. */
export interface LedgerEntry extends Pick<Variances, "ns" | "sg" | "sag" | "neyman" | "between"> {
  class: number;
  /** The loss of a query, or its gradient: the trace of the covariance, estimated from its projections on fixed random directions. */
  quantity: "loss" | "gradient";
  n: number;
  pixels: number;
  groups: number;
  /** Mean correlation of partners within the groups, each weighed by its part in the variance. */
  rho: number;
  /** Of naive, SG and SAG draws, and of a sampler of one's own where the training uses one. */
  observed: { ns: number; sg: number; sag: number } & Record<string, number>;
}

/** What the ledger adds to the log. */
export type Notes = Readonly<Record<"ledger", LedgerEntry[]>>;

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

const observedSamplers = ["ns", "sg", "sag"] as const;

/** The ledger of a training. Gradients are those with respect to the student's head as one matrix, the layer behind the network's last features, on directions u vᵀ with standard normal u and v. */
export function ledger({ seed, options, observe }: Setup<ArcoOptions>, models: Models): Ledger {
  const { every, repeats, directions } = options.ledger;
  let entries: LedgerEntry[] | undefined;
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
      entries = comparisons.flatMap((one, at) =>
        (["loss", "gradient"] as const).map((quantity) => {
          const columns = quantity === "loss" ? [found[at].losses] : found[at].projections;
          return entry(one, quantity, columns, stream(seed, "ledger draws", inputs.step, one.class));
        }),
      );
    },
  };

  function entry(
    { class: of, population, groups }: Comparison,
    quantity: LedgerEntry["quantity"],
    columns: readonly Float32Array[],
    rng: ReturnType<typeof stream>,
  ): LedgerEntry {
    const n = options.contrast.queries;
    const { ns, sg, sag, neyman, between, rho, sd } = variances(columns, groups, n);
    const scale = 1 / columns.length;
    const shares = sd.map((own, m) => own ** 2 * (groups.starts[m + 1] - groups.starts[m]));
    const total = shares.reduce((sum, share) => sum + share, 0);
    const correlation = shares.reduce((sum, share, m) => (share > 0 ? sum + share * rho[m] : sum), 0) / total;
    const names = [...observedSamplers, ...(addedSampler(options.sampler) ? [options.sampler] : [])];
    const means = names.map((name) =>
      Array.from({ length: repeats }, () => {
        const { index, weight } = samplers[name].draw(population, groups, n, rng);
        return columns.map((column) => index.reduce((sum, position, i) => sum + weight[i] * column[position], 0));
      }),
    );
    const [ofNs, ofSg, ofSag] = means.map((rows) => scale * spread(rows));
    const own = names.slice(observedSamplers.length).map((name) => [name, scale * spread(means[means.length - 1])]);
    return {
      class: of,
      quantity,
      n,
      pixels: population.pixels.length,
      groups: groups.count,
      ns: scale * ns,
      sg: scale * sg,
      sag: scale * sag,
      neyman: scale * neyman,
      between,
      rho: correlation,
      observed: { ns: ofNs, sg: ofSg, sag: ofSag, ...Object.fromEntries(own) },
    };
  }

  /** Losses and projected gradients of every pixel of every comparison's population. */
  async function measure(inputs: StepInputs, comparisons: readonly Comparison[], { prototypes, negatives }: Keys) {
    const width = options.representation;
    const maps = tf.tidy(
      () => models.student(inputs.labeledImage, inputs.viewImage, inputs.step, { track: false }).maps,
    );
    const { left, right, matrix } = tf.tidy(() => {
      const own = models.studentMatrix();
      const left = normal(stream(seed, "ledger left"), [own.shape[0], directions]);
      return {
        left,
        right: normal(stream(seed, "ledger right"), [width, directions]),
        matrix: tf.concat([own, left], 1),
      };
    });
    const results = comparisons.map(({ population: { pixels } }) => ({
      losses: new Float32Array(pixels.length),
      projections: Array.from({ length: directions }, () => new Float32Array(pixels.length)),
    }));
    let image = 0;
    for (const { images, features } of maps)
      for (let at = 0; at < images; at++, image++) {
        const rows = tf.tidy(() => everyPixel(features, at, matrix as tf.Tensor2D)); // [pixels, D + directions]
        let from = 0;
        for (const [which, { class: of, population, negatives: drawn }] of comparisons.entries()) {
          const count = drawn.pixels.length;
          const [first, last] = range(population.pixels, image * rows.shape[0], (image + 1) * rows.shape[0]);
          const start = from;
          from += count;
          if (first === last) continue;
          const places = population.pixels.slice(first, last).map((pixel) => pixel - image * rows.shape[0]);
          const { losses, projections, sample } = tf.tidy(() => {
            const found = gatherRows(rows, tf.tensor1d(places, "int32"));
            const keys = tf.concat([
              prototypes.slice([of, 0], [1, width]),
              negatives.slice([start, 0], [count, width]),
            ]);
            const queries = found.slice([0, 0], [-1, width]);
            const sample = observe && everyNth(queries, Math.ceil(population.pixels.length / shown));
            return { ...ofQueries(queries, found.slice([0, width]), keys, right, options.contrast), sample };
          });
          results[which].losses.set(await losses.data(), first);
          const values = await projections.data();
          for (let i = 0; i < places.length; i++)
            for (let k = 0; k < directions; k++) results[which].projections[k][first + i] = values[i * directions + k];
          if (sample) observe?.(`representations of class ${of}`, await sample.data(), sample.shape);
          tf.dispose([losses, projections, sample ?? []]);
        }
        rows.dispose();
      }
    tf.dispose([maps.map(({ features }) => features), left, right, matrix]);
    return results;
  }
}

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

/** The loss of each query [n] and its gradient's projections [n, directions]: for the outer product of the features g and δ = ∂loss/∂query they are (g·u)(δ·v). */
function ofQueries(
  queries: tf.Tensor,
  left: tf.Tensor,
  keys: tf.Tensor,
  right: tf.Tensor,
  { temperature, similarity }: ArcoOptions["contrast"],
): { losses: tf.Tensor; projections: tf.Tensor } {
  const isCosine = similarity === "cosine";
  const prepare = isCosine ? unitRows : (rows: tf.Tensor) => rows;
  const [own, others] = [prepare(queries), prepare(keys)];
  const similarities = own.matMul(others, false, true); // [n, 1 + negatives], the positive first
  const log = tf.logSoftmax(similarities.div(temperature));
  const positive = tf.oneHot(tf.tensor1d([0], "int32"), keys.shape[0]);
  const pull = log.exp().sub(positive); // ∂loss/∂similarity · τ
  const along = pull.matMul(others.matMul(right)); // [n, directions]
  const delta = isCosine
    ? along
        .sub(own.matMul(right).mul(pull.mul(similarities).sum(1, true)))
        .div(queries.square().sum(1, true).sqrt().maximum(1e-8))
    : along;
  return { losses: log.slice([0, 0], [-1, 1]).neg().reshape([-1]), projections: delta.div(temperature).mul(left) };
}

function normal(rng: ReturnType<typeof stream>, shape: [number, number]): tf.Tensor2D {
  return tf.tensor2d(
    Float32Array.from({ length: shape[0] * shape[1] }, () => rng.normal()),
    shape,
  );
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

/** Sum over columns of the variance (n − 1) of some rows. */
function spread(rows: readonly (readonly number[])[]): number {
  return rows[0].reduce((sum, _, column) => {
    const mean = rows.reduce((total, row) => total + row[column], 0) / rows.length;
    return sum + rows.reduce((total, row) => total + (row[column] - mean) ** 2, 0) / (rows.length - 1);
  }, 0);
}
