import { benchmarks } from "../../benchmarks/index.js";
import { unitRows } from "../../engine/ops/unitRows.js";
import { type Rng, stream } from "../../engine/random.js";
import { startEngine } from "../../engine/start.js";
import * as tf from "../../engine/tf.js";
import { lookUp } from "../../lookUp.js";
import { modelsOf } from "../../methods/arco/models.js";
import { arcoOptions } from "../../methods/arco/options.js";
import { batchFeaturesAt } from "../../methods/batchFeatures.js";
import type { Embedded } from "../../plots/pictures/embedding.js";
import { setupOf } from "../../runs/workplace.js";
import { versusNoise } from "../../statistics/decision.js";
import { paired } from "../../statistics/paired.js";
import { principalComponents } from "../../statistics/principalComponents.js";
import { type Separation, separation } from "../../statistics/separation.js";
import { loadCheckpoint } from "../../training/checkpoint.js";
import type { Config } from "../../training/config/schema.js";
import { fixed, range, signed } from "../../written.js";
import { checkpointOf, startOf } from "../step/apart.js";
import { unseenSlices } from "../unseenSlices.js";
import { meanCosine } from "./alike.js";

/** Which pixels are looked at. */
export interface PixelChoice {
  /** Folder of runs. */
  runs: string;
  /** Slices, and pixels of each class in all of them together. */
  slices?: number;
  perClass?: number;
}

/** The same pixels as one state of the network represents them. */
export interface PixelCloud extends Embedded, Separation {
  weights: State;
  /** Mean cosine of two different pixels: near 1 where the network represents all pixels alike. */
  cosine: number;
}

/** What the states are called. */
const titles = {
  random: "untrained",
  start: "before fine-tuning",
  last: "after fine-tuning",
} as const;

/** States of the network that are compared. */
type State = keyof typeof titles;

/**
 * Representations of pixels, of length 1 as the contrast compares them, by the untrained network, by the pre-trained one with its new head, and after ARCO's fine-tuning:
 * in the plane of their first two principal components, with their separation by true class in all dimensions.
 * The slices are of volumes whose labels the run never saw; passes are as in training, with dropout and the statistics of their batch.
 */
export async function pixelClouds(
  config: Config,
  { runs, slices = 16, perClass = 150 }: PixelChoice,
): Promise<PixelCloud[]> {
  await startEngine();
  const { image, shape, label } = await unseenSlices(config, slices);
  const rng = stream(0, "embedding pixels");
  const { classes, phantom } = lookUp(benchmarks, config.benchmark, "benchmark");
  const pixels = classes.flatMap((_, number) => [...drawn(label, number, perClass, rng)]).sort((a, b) => a - b);
  const own = pixels.map((pixel) => label[pixel]);
  const found: PixelCloud[] = [];
  for (const weights of ["random", "start", "last"] as const) {
    const rows = await representations(config, { runs, weights }, { image, shape }, Int32Array.from(pixels));
    const size = [pixels.length, rows.length / pixels.length] as const;
    const { scores, explained } = principalComponents(rows, size);
    found.push({
      weights,
      title: titles[weights],
      scores,
      explained,
      label: own,
      phantom,
      cosine: meanCosine(rows, size),
      ...separation(rows, size, own),
    });
  }
  return found;
}

/** At most n different pixels of a class. */
function drawn(label: Int32Array, own: number, n: number, rng: Rng): Set<number> {
  const all = [...label.keys()].filter((i) => label[i] === own);
  const found = new Set<number>();
  while (found.size < Math.min(n, all.length)) found.add(all[rng.integer(0, all.length)]);
  return found;
}

/** Rows [pixels, D] of length 1. */
async function representations(
  config: Config,
  { runs, weights }: { runs: string; weights: State },
  { image, shape }: { image: Float32Array; shape: number[] },
  pixels: Int32Array,
): Promise<Float32Array> {
  const options = arcoOptions.parse(config.options);
  const start = startOf(config, { runs, weights });
  const models = modelsOf({ ...setupOf(config, lookUp(benchmarks, config.benchmark, "benchmark")), options, start });
  try {
    if (weights === "last") loadCheckpoint(checkpointOf(runs, config), models.variables);
    const rows = tf.tidy(() => {
      const half = Math.ceil(shape[0] / 2);
      const [first, second] = tf.split(tf.tensor(image, shape), [half, shape[0] - half]);
      const { maps } = models.student(first, second, 0, { track: false });
      return unitRows(batchFeaturesAt(maps, pixels).matMul(models.studentMatrix()));
    });
    const values = await rows.data<"float32">();
    rows.dispose();
    return values;
  } finally {
    models.dispose();
  }
}

/** Rows for a table: how separate the classes are in every state. */
export const cloudRows = (clouds: readonly PixelCloud[]) =>
  clouds.map(({ title, between, silhouette, explained, cosine }) => ({
    network: title,
    "variance between classes (share)": between,
    "mean silhouette (−1 to 1)": silhouette,
    "variance in the plane (share)": explained[0] + explained[1],
    "mean cosine of two pixels": cosine,
  }));

/** Whether fine-tuning separates the classes, over the seeds: clouds of several runs. Says so where the network came to represent all pixels alike. */
export function cloudFinding(seeds: readonly (readonly PixelCloud[])[]): string {
  const of = (weights: State, name: "silhouette" | "cosine") =>
    seeds.flatMap((clouds) => clouds.filter((cloud) => cloud.weights === weights).map((cloud) => cloud[name]));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
  const [untrained, before, after] = (["random", "start", "last"] as const).map((weights) => of(weights, "silhouette"));
  const [first, middle, last] = [untrained, before, after].map((values) => fixed(mean(values), 2));
  const words = `Mean silhouette of the classes: ${first} untrained, ${middle} before and ${last} after fine-tuning`;
  const alike = mean(of("last", "cosine"));
  const collapse =
    alike > 0.95
      ? ` But after fine-tuning two pixels have a mean cosine of ${fixed(alike, 3)}: all are represented almost alike, and what is separate lies in the rest.`
      : "";
  const pairs = paired(before, after);
  const { interval, mean: gain, n } = pairs.difference;
  if (!interval) return `${words} (one seed; how far seeds differ is not known).${collapse}`;
  const size = `difference after − before ${signed(gain, 2)}, 95 % interval ${range(interval, (edge) => signed(edge, 2))}, ${n} seeds`;
  return `${words} (${size}): ${versusNoise(pairs)}.${collapse}`;
}
