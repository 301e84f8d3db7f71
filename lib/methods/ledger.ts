import { unitRows } from "../engine/ops/unitRows.js";
import { type Rng, stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import type { Groups } from "../samplers/groups.js";
import { addedSampler, samplers } from "../samplers/index.js";
import type { Population } from "../samplers/population.js";
import { type Variances, variances } from "../samplers/variance.js";

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

/** The pixels of a class that may be drawn. */
export interface Eligible {
  class: number;
  population: Population;
  groups: Groups;
}

/** What was measured at each of them: the loss of a query there, and its gradient's projection on each of some directions. */
export interface Measured {
  losses: Float32Array;
  projections: Float32Array[];
}

/** How many pixels of a class are drawn, by which sampler, how often draws are repeated, and of what random numbers. */
export interface LedgerDraws {
  n: number;
  sampler: string;
  /** True unless told otherwise. */
  replacement?: boolean;
  repeats: number;
  seed: number;
  step: number;
}

const observedSamplers = ["ns", "sg", "sag"] as const;

/** The entries of a step: of every class that can be compared, for the loss and for its gradient. */
export const ledgerEntries = (
  classes: readonly Eligible[],
  found: readonly Measured[],
  { seed, step, ...how }: LedgerDraws,
): LedgerEntry[] =>
  classes.flatMap((one, at) =>
    (["loss", "gradient"] as const).map((quantity) => {
      const columns = quantity === "loss" ? [found[at].losses] : found[at].projections;
      return entry(one, quantity, columns, { ...how, rng: stream(seed, "ledger draws", step, one.class) });
    }),
  );

function entry(
  { class: of, population, groups }: Eligible,
  quantity: LedgerEntry["quantity"],
  columns: readonly Float32Array[],
  { n: most, sampler, replacement = true, repeats, rng }: Omit<LedgerDraws, "seed" | "step"> & { rng: Rng },
): LedgerEntry {
  const n = replacement ? most : Math.min(most, population.pixels.length);
  const { ns, sg, sag, neyman, between, rho, sd } = variances(columns, groups, n, { replacement });
  const scale = 1 / columns.length;
  const shares = sd.map((own, m) => own ** 2 * (groups.starts[m + 1] - groups.starts[m]));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const correlation = shares.reduce((sum, share, m) => (share > 0 ? sum + share * rho[m] : sum), 0) / total;
  const names = [...observedSamplers, ...(addedSampler(sampler) ? [sampler] : [])];
  const means = names.map((name) =>
    Array.from({ length: repeats }, () => {
      const { index, weight } = samplers[name].draw(population, groups, n, rng, { replacement });
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

/** The loss of each query [n] and its gradient's projections [n, directions]: for the outer product of the features g and δ = ∂loss/∂query they are (g·u)(δ·v). */
export function lossAndProjections(
  queries: tf.Tensor,
  left: tf.Tensor,
  keys: tf.Tensor,
  right: tf.Tensor,
  { temperature, similarity }: { temperature: number; similarity: "cosine" | "dot" },
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

/** A matrix of standard normal numbers: directions on which gradients are projected. */
export function normalMatrix(rng: Rng, shape: [number, number]): tf.Tensor2D {
  return tf.tensor2d(
    Float32Array.from({ length: shape[0] * shape[1] }, () => rng.normal()),
    shape,
  );
}

/** Sum over columns of the variance (n − 1) of some rows. */
function spread(rows: readonly (readonly number[])[]): number {
  return rows[0].reduce((sum, _, column) => {
    const mean = rows.reduce((total, row) => total + row[column], 0) / rows.length;
    return sum + rows.reduce((total, row) => total + (row[column] - mean) ** 2, 0) / (rows.length - 1);
  }, 0);
}
