import { setImmediate } from "node:timers/promises";
import { stream } from "../../engine/random.js";
import * as tf from "../../engine/tf.js";
import { contrastLoss, drawComparisons } from "../../methods/arco/contrastTerm.js";
import type { ContrastOptions } from "../../methods/arco/options.js";
import { gridGroups } from "../../samplers/groups.js";
import { variances } from "../../samplers/variance.js";
import { bootstrap } from "../../statistics/bootstrap.js";
import { summary } from "../../statistics/summary.js";
import type { Config } from "../../training/schema.js";
import { type ContrastAt, withContrast } from "./contrastAt.js";
import type { GainOptions } from "./gains.js";
import type { LossField } from "./lossField.js";

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
  { runs, step = 0, repeats = 30, seed = config.seed, signal, onProgress }: NegativeDrawsOptions,
): Promise<NegativeDraws[]> =>
  withContrast(config, { runs, step }, async (at) => {
    const found: { class: number; draw: ContrastOptions["draw"]; loss: number }[] = [];
    for (let turn = 0; turn < repeats; turn++) {
      signal?.throwIfAborted();
      for (const draw of ways) found.push(...(await lossesOf(at, draw, seed + turn)));
      onProgress?.({ step: turn + 1, steps: repeats });
      await setImmediate(); // lets interrupts in
    }
    return at.classes.flatMap((title, of) =>
      ways.flatMap((draw) => {
        const losses = found.filter((one) => one.class === of && one.draw === draw).map(({ loss }) => loss);
        return losses.length > 0 ? [{ class: of, title, draw, losses, ...spread(losses, of) }] : [];
      }),
    );
  });

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

/** Rows of a table; the variance that the queries alone have by the theorem stands beside those of queries and negatives together. */
export const negativeRows = (
  found: readonly NegativeDraws[],
  fields: readonly LossField[],
  { n = 256, ...grid }: GainOptions = {},
) =>
  found.map(({ class: of, title, draw, mean, variance, interval }) => ({
    class: title,
    negatives: words[draw],
    "mean loss": mean,
    variance: scientific(variance),
    "95 % interval": interval.map(scientific).join(" to "),
    "of the queries alone, SG": scientific(queryVariance(fields, of, { n, ...grid })),
  }));

const words = { shared: "one set for all queries", pool: "own sets out of a pool of 4,096", own: "own sets" };

const scientific = (value: number) => value.toExponential(1).replace("-", "−");

/** The variance of SG over the queries by the theorem, with the negatives that the step drew. */
function queryVariance(fields: readonly LossField[], of: number, { n = 256, ...grid }: GainOptions): number {
  const field = fields.find((one) => one.class === of);
  return field ? variances(field.losses, gridGroups(field.population, grid), n).sg : Number.NaN;
}

/** Where the variance comes from, in a sentence: the mean over the classes of how many times that of own sets the others have. */
export function negativeFinding(found: readonly NegativeDraws[]): string {
  const classes = [...new Set(found.map(({ title }) => title))];
  const of = (title: string, draw: string) => found.find((one) => one.title === title && one.draw === draw);
  const times = (draw: "shared" | "pool") =>
    Math.exp(
      summary(
        classes.map((title) =>
          Math.log((of(title, draw)?.variance ?? Number.NaN) / (of(title, "own")?.variance ?? Number.NaN)),
        ),
      ).mean,
    );
  const clear = classes.filter(
    (title) => (of(title, "shared")?.interval[0] ?? 0) > (of(title, "own")?.interval[1] ?? 0),
  );
  const [shared, pool] = [times("shared"), times("pool")].map((ratio) => ratio.toPrecision(2));
  return `With one set of negatives for all queries of a class its mean loss varies ${shared} times as much as with own sets, with sets out of a pool ${pool} times (geometric means of ${classes.length} classes; the intervals of one set and of own sets lie apart in ${clear.length}).`;
}
