import { benchmarks } from "../../benchmarks/index.js";
import { type Entry, readSafetensors } from "../../engine/safetensors.js";
import { startEngine } from "../../engine/start.js";
import * as tf from "../../engine/tf.js";
import { sizeOf } from "../../images/values.js";
import { lookUp } from "../../lookUp.js";
import { type Model, studentOf, teacherOf } from "../../methods/studentTeacher.js";
import { dice } from "../../metrics/overlap.js";
import { Problem } from "../../problem.js";
import { setupOf } from "../../runs/workplace.js";
import { type Calibration, calibration } from "../../statistics/calibration.js";
import type { Config } from "../../training/config/schema.js";
import { checkpointOf, keptSteps, startOf } from "../step/apart.js";
import { unseenSlices } from "../unseenSlices.js";

/** Who says what a pixel is: the teacher with batch statistics and dropout, the teacher with running statistics and none, or the student so, as it is tested. */
export const speakers = ["teacher in training mode", "teacher in evaluation mode", "student"] as const;
/** One of them. */
export type Speaker = (typeof speakers)[number];

/** How good the labels of a class are, over the pixels of all slices. */
export interface ClassQuality {
  class: string;
  dice: number;
  /** Share of the pixels so labelled that are of the class, and of the class's pixels that are so labelled. */
  precision: number;
  recall: number;
  /** Share of the class's own pixels whose label is sure. */
  sure: number;
}

/** What labels that a network gives to unlabelled slices are worth, at one moment of a training. */
export interface LabelQuality {
  arm: string;
  seed: number;
  speaker: Speaker;
  /** Finished steps. */
  step: number;
  /** Mean Dice of the classes but the background, over the pixels of all slices. */
  dice: number;
  accuracy: number;
  /** Share of the pixels whose confidence reaches the threshold, and how many of those are right (NaN where there are none). */
  sure: number;
  accuracyOfSure: number;
  calibration: Calibration;
  perClass: ClassQuality[];
  phantom: boolean;
}

/** Which slices are asked about, and of which trainings. */
export interface LabelChoice {
  /** Folder of runs. */
  runs: string;
  /** Of volumes whose labels the training did not have. */
  slices?: number;
  /** Confidence from which a label is sure. */
  threshold?: number;
}

/**
 * Compares the labels that teacher and student of a training give to slices it had without labels with what is there: at its start, after every step that was
 * kept (`keepEvery`), and at its end. Passes see as many slices at once as the training's did. Throws a Problem where the method has no teacher, or the run no weights.
 */
export async function pseudoLabels(
  arm: string,
  config: Config,
  { runs, slices = 32, threshold = 0.97 }: LabelChoice,
): Promise<LabelQuality[]> {
  await startEngine();
  const benchmark = lookUp(benchmarks, config.benchmark, "benchmark");
  const seen = await unseenSlices(config, slices);
  const names = benchmark.classes.map(({ name }) => name);
  const setup = setupOf(config, benchmark);
  const student = studentOf(setup);
  const teachers = [teacherOf(setup, student), teacherOf(setup, student, { mode: "eval" })];
  try {
    const found: LabelQuality[] = [];
    for (const { step, student: own, teacher } of statesOf(config, runs)) {
      assign(student.variables, own, "model/");
      for (const one of teachers) assign(one.variables, teacher, "teacher/");
      const says: readonly (readonly [Speaker, (image: tf.Tensor) => tf.Tensor])[] = [
        ["teacher in training mode", (image) => logitsOf(teachers[0], image, step)],
        ["teacher in evaluation mode", (image) => logitsOf(teachers[1], image, step)],
        ["student", student.predict],
      ];
      for (const [speaker, logits] of says) {
        const said = await saidOf(logits, seen, Math.max(1, config.batch.unlabeled));
        const quality = qualityOf(said, seen.label, names, threshold);
        found.push({ arm, seed: config.seed, speaker, step, phantom: benchmark.phantom, ...quality });
      }
    }
    return found;
  } finally {
    for (const one of [student, ...teachers]) one.dispose();
  }
}

const logitsOf = ({ at }: Model, image: tf.Tensor, step: number) => at(step)(image).logits;

/** Weights of student and teacher at the start (where there was a pre-training), at the steps that were kept, and at the end. */
function statesOf(config: Config, runs: string) {
  const start = startOf(config, { runs, weights: "start" });
  const kept = keptSteps(runs, config).filter((step) => step < config.steps);
  const read = (step: number, path: string) => {
    const entries = readWeights(path);
    const teacher = renamed(entries, "teacher/");
    if (Object.keys(teacher).length === 0)
      throw new Problem(`${path}: holds no teacher; ${config.method} gives no pseudo labels of one`);
    return { step, student: renamed(entries, "model/"), teacher };
  };
  return [
    ...(start ? [{ step: 0, student: renamed(start, "model/"), teacher: renamed(start, "model/") }] : []),
    ...kept.map((step) => read(step, checkpointOf(runs, config, step))),
    read(config.steps, checkpointOf(runs, config)),
  ];
}

const readWeights = (path: string) => readSafetensors(path).entries;

const renamed = (entries: Readonly<Record<string, Entry>>, prefix: string) =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([path, entry]) =>
      path.startsWith(prefix) ? [[path.slice(prefix.length), entry] as const] : [],
    ),
  );

/** Sets the variables of a network to weights by path; those that are missing (a layer that a pre-training has not) keep theirs. */
function assign(
  variables: Readonly<Record<string, tf.Variable>>,
  weights: Readonly<Record<string, Entry>>,
  prefix: string,
) {
  for (const [path, variable] of Object.entries(variables)) {
    const entry = weights[path.slice(prefix.length)];
    if (entry) tf.tidy(() => variable.assign(tf.tensor(entry.values, variable.shape)));
  }
}

/** Label and confidence of every pixel, some slices at a time. */
async function saidOf(
  logits: (image: tf.Tensor) => tf.Tensor,
  { image, shape }: { image: Float32Array; shape: readonly number[] },
  atOnce: number,
) {
  const [count, ...size] = shape;
  const values = sizeOf(size);
  const pixels = sizeOf(size.slice(0, -1));
  const label = new Int32Array(count * pixels);
  const confidence = new Float32Array(count * pixels);
  for (let from = 0; from < count; from += atOnce) {
    const to = Math.min(count, from + atOnce);
    const [best, sure] = tf.tidy((): [tf.Tensor, tf.Tensor] => {
      const part = tf.tensor(image.subarray(from * values, to * values), [to - from, ...size]);
      const likely = tf.softmax(logits(part));
      return [likely.argMax(-1).cast("int32"), likely.max(-1)];
    });
    label.set(await best.data<"int32">(), from * pixels);
    confidence.set(await sure.data<"float32">(), from * pixels);
    tf.dispose([best, sure]);
  }
  return { label, confidence };
}

/** Labels with confidences against the true classes of the same pixels; pixels whose class is −1 do not count. */
export function qualityOf(
  said: { label: ArrayLike<number>; confidence: ArrayLike<number> },
  truth: ArrayLike<number>,
  classes: readonly string[],
  threshold: number,
): Pick<LabelQuality, "dice" | "accuracy" | "sure" | "accuracyOfSure" | "calibration" | "perClass"> {
  const counts = classes.map(() => ({ said: 0, truth: 0, both: 0, sure: 0 }));
  const [confidence, right]: [number[], number[]] = [[], []];
  let [sure, sureAndRight] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] < 0) continue;
    const [own, given] = [truth[i], said.label[i]];
    const isSure = said.confidence[i] >= threshold;
    confidence.push(said.confidence[i]);
    right.push(own === given ? 1 : 0);
    counts[own].truth++;
    counts[given].said++;
    if (own === given) counts[own].both++;
    if (isSure) counts[own].sure++;
    if (isSure) sure++;
    if (isSure && own === given) sureAndRight++;
  }
  const perClass = counts.map((count, at) => ({
    class: classes[at],
    dice: dice({ truth: count.truth, prediction: count.said, both: count.both }),
    precision: count.both / count.said,
    recall: count.both / count.truth,
    sure: count.sure / count.truth,
  }));
  const foreground = perClass.slice(1).map((one) => one.dice);
  return {
    dice: foreground.reduce((sum, value) => sum + value, 0) / foreground.length,
    accuracy: right.reduce((sum, value) => sum + value, 0) / right.length,
    sure: sure / right.length,
    accuracyOfSure: sureAndRight / sure,
    calibration: calibration(confidence, right),
    perClass,
  };
}
