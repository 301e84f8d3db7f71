import { setImmediate } from "node:timers/promises";
import type { Case, CaseSet, Opened, Preprocessing } from "../../benchmarks/benchmark.js";
import type { SlidingWindow } from "../../benchmarks/kinds/slidingWindow.js";
import * as tf from "../../engine/tf.js";
import { sizeOf } from "../../images/values.js";
import type { Volume } from "../../images/volume.js";
import type { Predictor, Trainer } from "../../methods/method.js";
import { dice, overlap } from "../../metrics/overlap.js";
import type { EmptyPolicy, Mask } from "../../metrics/score.js";
import { Problem } from "../../problem.js";
import type { Validation } from "../loop.js";
import type { Scores } from "./metrics.js";
import { scorerOf } from "./scoring.js";
import { type Planes, slidingWindow } from "./slidingWindow.js";

/** Slices that go through the network at once; a fixed number, so that results do not depend on who asks. */
const slicesAtOnce = 16;

/** How a benchmark's volumes are shown to the network and put back; an `Opened` is one. */
export type Viewed = Preprocessing & Pick<Opened, "benchmark">;

/** What the network says of the parts of a volume (`toNetwork`), one map for each. */
export interface Predicted {
  /** The most likely class of every pixel. */
  classes: Uint8Array[];
  /** [pixels, classes]: how likely each class is (softmax of the logits); absent unless asked for. */
  probabilities?: Float32Array[];
}

/** Shows a volume to the network, its slices some at once; a volume of a 3D benchmark by windows. */
export async function predictMaps(
  { predict }: Predictor,
  { toNetwork, slidingWindow: window, benchmark }: Viewed,
  image: Volume,
  { probabilities: isAsked = false } = {},
): Promise<Predicted> {
  const { slices, shape } = toNetwork(image);
  if (window) {
    const classes: Uint8Array[] = [];
    const probabilities: Float32Array[] = [];
    for (const volume of slices) {
      const best = new Uint8Array(sizeOf(shape));
      const likely = new Float32Array(isAsked ? best.length * benchmark.classes.length : 0);
      for await (const { from, count, values } of windowed(predict, volume, shape, window)) {
        best.set(likeliest(values, benchmark.classes.length), (from * best.length) / shape[0]);
        if (isAsked) likely.set(values, (from * values.length) / count);
      }
      classes.push(best);
      probabilities.push(likely);
    }
    return { classes, ...(isAsked && { probabilities }) };
  }
  const classes: Uint8Array[] = [];
  const probabilities: Float32Array[] = [];
  for (let from = 0; from < slices.length; from += slicesAtOnce) {
    const part = slices.slice(from, from + slicesAtOnce);
    const [best, likely] = tf.tidy(() => {
      const logits = predict(stacked(part, [...shape, benchmark.channels]));
      return [logits.argMax(-1), ...(isAsked ? [tf.softmax(logits)] : [])];
    });
    for (const map of apart(await best.data(), part.length)) classes.push(Uint8Array.from(map));
    if (likely) for (const map of apart(await likely.data(), part.length)) probabilities.push(Float32Array.from(map));
    tf.dispose([best, likely]);
  }
  return { classes, ...(isAsked && { probabilities }) };
}

/** Probabilities of a volume [x, y, z, channels] by windows, some planes at a time. */
export function windowed(
  predict: Predictor["predict"],
  volume: Float32Array,
  shape: readonly number[],
  window: SlidingWindow,
): AsyncGenerator<Planes> {
  const channels = volume.length / sizeOf(shape);
  return slidingWindow(volume, shape, window, async (patches, count) => {
    const likely = tf.tidy(() => tf.softmax(predict(tf.tensor(patches, [count, ...window.size, channels]))));
    const values = new Float32Array(await likely.data());
    likely.dispose();
    return values;
  });
}

/** The class of each row of probabilities that has the highest; the first of equal ones. */
function likeliest(rows: Float32Array, classes: number): Uint8Array {
  const found = new Uint8Array(rows.length / classes);
  for (let i = 0, at = 0; i < found.length; i++, at += classes)
    for (let c = 1; c < classes; c++) if (rows[at + c] > rows[at + found[i]]) found[i] = c;
  return found;
}

/** The most likely class of every pixel of images [count, …size, channels], as they are. */
export async function predictPatches(
  { predict }: Predictor,
  images: Float32Array,
  shape: number[],
): Promise<Uint8Array> {
  const best = tf.tidy(() => predict(tf.tensor(images, shape)).argMax(-1));
  const classes = Uint8Array.from(await best.data());
  best.dispose();
  return classes;
}

/** Classes of every voxel of a volume, on its own grid. */
export async function predictVolume(trainer: Predictor, viewed: Viewed, image: Volume): Promise<Volume<Uint8Array>> {
  const { classes } = await predictMaps(trainer, viewed, image);
  return viewed.fromNetwork(classes, image);
}

/** The values of each of some slices. */
function apart(values: tf.DataTypeMap["float32" | "int32"] | Uint8Array, count: number) {
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => values.subarray(i * size, (i + 1) * size));
}

function stacked(slices: readonly Float32Array[], shape: readonly number[]): tf.Tensor {
  const size = slices[0].length;
  const values = new Float32Array(slices.length * size);
  for (const [i, slice] of slices.entries()) values.set(slice, i * size);
  return tf.tensor(values, [slices.length, ...shape]);
}

/** What a trainer tests. Throws a Problem where there is nothing to test. */
export function predictorOf({ predict }: Trainer): Predictor {
  if (predict) return { predict };
  throw new Problem("this training makes an encoder alone, which segments nothing; start a method from it instead");
}

/** How volumes are scored and who is told. */
export interface EvaluateOptions {
  /** What counts where a class is missing in the truth or in the prediction. */
  emptyPolicy?: EmptyPolicy;
  /** Unit of distances; the benchmark's own unless told otherwise. */
  unit?: "mm" | "voxel";
  /** Called with each volume's prediction. */
  onCase?: (example: Case, prediction: Volume<Uint8Array>, done: number) => void;
  /** Stops between two volumes by throwing the signal's reason. */
  signal?: AbortSignal;
}

/** Scores every class (of volumes: every foreground class) in every case of a set with the network as it is now. Lets other work in between volumes. */
export async function evaluate(
  trainer: Predictor,
  opened: Opened,
  set: CaseSet,
  options: EvaluateOptions = {},
): Promise<Scores> {
  const { emptyPolicy = "honest", unit = opened.benchmark.unit, onCase, signal } = options;
  const scorer = scorerOf(opened.benchmark, { unit, emptyPolicy });
  const cases: Scores["cases"] = [];
  if (set.ids.length === 0) throw new Problem(`${opened.benchmark.name}: has no ${set.split} cases to score`);
  for (const index of set.ids.keys()) {
    await setImmediate();
    signal?.throwIfAborted();
    const example = await set.read(index);
    const prediction = await predictVolume(trainer, opened, example.image);
    cases.push({ id: example.id, scores: scorer.add(prediction, example.label) });
    onCase?.(example, prediction, cases.length);
  }
  const { classes } = scorer;
  const { perClass, ...inShort } = scorer.result();
  return {
    split: set.split,
    unit,
    emptyPolicy,
    classes,
    cases,
    perClass: perClass.map((one, i) => ({ name: classes[i], ...one })),
    ...inShort,
  };
}

/**
 * Mean Dice of every foreground class over the validation cases, and the mean of those; a class that is in neither mask counts 1.
 * Of photographs: of every class over all pixels of the set, and the mIoU.
 */
export async function validate(trainer: Predictor, opened: Opened): Promise<Validation> {
  if (opened.benchmark.kind === "photographs") {
    const { perClass, mean, miou } = await evaluate(trainer, opened, opened.validation);
    return { dice: mean.dice, perClass: perClass.map(({ dice }) => dice), miou: miou?.mean };
  }
  const sums = opened.benchmark.classes.slice(1).map(() => 0);
  const perCase: Record<string, number> = {};
  for (const [index, id] of opened.validation.ids.entries()) {
    await setImmediate();
    const { image, label } = await opened.validation.read(index);
    const prediction = await predictVolume(trainer, opened, image);
    perCase[id] = 0;
    for (const i of sums.keys()) {
      const found = dice(overlap(...masks(prediction, label, i + 1)));
      const value = Number.isNaN(found) ? 1 : found;
      sums[i] += value;
      perCase[id] += value / sums.length;
    }
  }
  const perClass = sums.map((sum) => sum / opened.validation.ids.length);
  return { dice: perClass.reduce((sum, value) => sum + value, 0) / perClass.length, perClass, perCase };
}

/** Where prediction and truth say a class; what is not labelled (255) belongs to none. */
function masks(prediction: Volume<Uint8Array>, truth: Volume<Uint8Array>, value: number): [Mask, Mask] {
  const where = (data: Uint8Array) => ({
    data: data.map((found, i) => (found === value && truth.data[i] !== 255 ? 1 : 0)),
    shape: truth.shape,
  });
  return [where(prediction.data), where(truth.data)];
}
