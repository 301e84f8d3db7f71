import { setImmediate } from "node:timers/promises";
import { gatherRows } from "../../engine/ops/gather.js";
import { stream } from "../../engine/random.js";
import * as tf from "../../engine/tf.js";
import { contrastLoss, drawComparisons } from "../../methods/arco/contrastTerm.js";
import type { ContrastOptions } from "../../methods/arco/options.js";
import { gridGroups } from "../../samplers/groups.js";
import { variances } from "../../samplers/variance.js";
import { bootstrap } from "../../statistics/bootstrap.js";
import { summary } from "../../statistics/summary.js";
import type { Config } from "../../training/config/schema.js";
import { type ContrastAt, withContrast } from "./contrastAt.js";
import type { GainOptions } from "./gains.js";
import type { LossField } from "./lossField.js";
import { scientific } from "./scientific.js";

/** How a class's mean loss varies over repeated draws of queries and negatives from the same representations. */
export interface NegativeDraws {
  class: number;
  title: string;
  draw: ContrastOptions["draw"];
  /** The mean loss of each draw. */
  losses: number[];
  mean: number;
  variance: number;
  /** 95 % interval of the variance (bootstrap). */
  interval: readonly [number, number];
}

/** Which step, how often is drawn, and whom to tell. */
export interface NegativeDrawsOptions {
  runs: string;
  step?: number;
  repeats?: number;
  /** Seeds of the draws are `seed`, `seed` + 1, …; the config's seed gives what its own step draws. */
  seed?: number;
  signal?: AbortSignal;
  onProgress?: (progress: { step: number; steps: number }) => void;
}

const ways = ["shared", "pool", "own"] as const;

/** The three ways of drawing negatives compared on one step of a run: draws queries and negatives again and again, the same queries for all three, and computes the mean loss of every class. */
export const negativeDraws = (
  config: Config,
  { runs, step = 0, repeats = 20, seed = config.seed, signal, onProgress }: NegativeDrawsOptions,
): Promise<NegativeDraws[]> =>
  withContrast(config, { runs, step }, async (at) => {
    const found: { class: number; draw: ContrastOptions["draw"]; loss: number }[] = [];
    const table = rowsOfKeys(at);
    for (let turn = 0; turn < repeats; turn++) {
      signal?.throwIfAborted();
      for (const draw of ways) found.push(...(await lossesOf({ ...at, teacherRows: table.rowsAt }, draw, seed + turn)));
      onProgress?.({ step: turn + 1, steps: repeats });
      await setImmediate(); // lets interrupts in
    }
    table.dispose();
    return at.classes.flatMap((title, of) =>
      ways.flatMap((draw) => {
        const losses = found.filter((one) => one.class === of && one.draw === draw).map(({ loss }) => loss);
        return losses.length > 0 ? [{ class: of, title, draw, losses, ...spread(losses, of) }] : [];
      }),
    );
  });

/** The representations of all keys, computed once: own negatives are nearly all of them in every draw. */
function rowsOfKeys({ keys, teacherRows }: ContrastAt) {
  const pixels = Int32Array.from(keys.flatMap((population) => [...population.pixels])).sort();
  const places = new Map(Array.from(pixels, (pixel, place) => [pixel, place]));
  const table = tf.tidy(() => teacherRows(pixels));
  return {
    rowsAt: (wanted: Int32Array) =>
      gatherRows(
        table,
        tf.tensor1d(
          wanted.map((pixel) => places.get(pixel) ?? -1),
          "int32",
        ),
      ) as tf.Tensor2D,
    dispose: () => table.dispose(),
  };
}

/** The mean loss of each class in one draw. */
async function lossesOf(
  { step, options, queries, keys, cut, studentRows, teacherRows, prototypes }: ContrastAt,
  draw: ContrastOptions["draw"],
  seed: number,
): Promise<{ class: number; draw: ContrastOptions["draw"]; loss: number }[]> {
  const contrast = { ...options.contrast, draw };
  const comparisons = drawComparisons({ queries, keys }, { ...options, contrast }, { seed, step }, cut[options.groups]);
  const losses: Awaited<ReturnType<typeof lossesOf>> = [];
  for (const one of comparisons) {
    const loss = tf.tidy(() => {
      const rows = { queries: studentRows(one.queries), negatives: teacherRows(one.negatives.pixels), prototypes };
      return contrastLoss([one], rows, { ...contrast, reduction: "mean" });
    });
    losses.push({ class: one.class, draw, loss: (await loss.data())[0] });
    loss.dispose();
  }
  return losses;
}

function spread(losses: readonly number[], name: number): Pick<NegativeDraws, "mean" | "variance" | "interval"> {
  const about = losses.map((loss) => loss - losses[0]); // float32 numbers that differ in their last digits
  const interval = bootstrap(about, stream(0, "negative draws", name), { statistic: varianceOf, resamples: 2000 });
  return { mean: losses[0] + summary(about).mean, variance: varianceOf(Float64Array.from(about)), interval };
}

function varianceOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** What the queries alone contribute by the theorem, with the negatives that the step drew. */
export interface QueryVariance {
  class: number;
  ns: number;
  sg: number;
  sag: number;
}

/** The variances of the mean loss over n queries of every field. */
export const queryVariances = (fields: readonly LossField[], { n = 256, ...grid }: GainOptions = {}): QueryVariance[] =>
  fields.map((field) => {
    const { ns, sg, sag } = variances(field.losses, gridGroups(field.population, grid), n);
    return { class: field.class, ns, sg, sag };
  });

/** Rows of a table; the variance that the queries alone have under NS and SG stands beside those of queries and negatives together. */
export const negativeRows = (found: readonly NegativeDraws[], queries: readonly QueryVariance[]) =>
  found.map(({ class: of, title, draw, mean, variance, interval }) => {
    const alone = queries.find((one) => one.class === of);
    return {
      class: title,
      negatives: words[draw],
      "mean loss": mean,
      variance: scientific(variance),
      "95 % interval": interval.map(scientific).join(" to "),
      "queries alone, NS": alone ? scientific(alone.ns) : "",
      "queries alone, SG": alone ? scientific(alone.sg) : "",
    };
  });

const words = { shared: "one set for all queries", pool: "own sets out of a pool of 4,096", own: "own sets" };

/** How many times the variance of own sets the others have, and which part of the whole a sampler of queries can save, a sentence each; means are over the classes. */
export function negativeFindings(found: readonly NegativeDraws[], queries: readonly QueryVariance[]): string[] {
  const of = (draw: string) => found.filter((one) => one.draw === draw);
  const times = (draw: string) => {
    const ratios = of(draw).map(({ variance }, at) => Math.log(variance / of("own")[at].variance));
    return Number(Math.exp(summary(ratios).mean).toPrecision(2));
  };
  const clear = of("shared").filter(({ interval }, at) => interval[0] > of("own")[at].interval[1]);
  const saved = (draw: string) => {
    const parts = of(draw).flatMap(({ class: number, variance }) =>
      queries.filter((one) => one.class === number).map(({ ns, sg }) => (ns - sg) / (variance + ns - sg)),
    );
    return `${Number((100 * summary(parts).mean).toPrecision(2))} %`;
  };
  return [
    `With one set of negatives for all queries of a class its mean loss varies ${times("shared")} times as much as with own sets, with sets out of a pool ${times("pool")} times (geometric means over ${of("own").length} classes; the intervals of one set and of own sets lie apart in ${clear.length}).`,
    `Of all that varies, negatives included, what SG saves over NS is ${saved("shared")} with one set, ${saved("pool")} with sets out of a pool and ${saved("own")} with own sets.`,
  ];
}
