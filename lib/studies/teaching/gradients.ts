import { benchmarks } from "../../benchmarks/index.js";
import { readSafetensors } from "../../engine/safetensors.js";
import { startEngine } from "../../engine/start.js";
import { sizeOf } from "../../images/values.js";
import { lookUp } from "../../lookUp.js";
import { type ArcoOptions, arcoOptions } from "../../methods/arco/options.js";
import { methods } from "../../methods/index.js";
import type { Trainer } from "../../methods/method.js";
import type { OptimizerOptions } from "../../optimizers/optimizer.js";
import { Problem } from "../../problem.js";
import { openData, setupOf } from "../../runs/workplace.js";
import { openBatches, type RawBatch } from "../../training/batches/batches.js";
import { batchesOf } from "../../training/batches/ofConfig.js";
import { loadCheckpoint } from "../../training/checkpoint.js";
import type { Config } from "../../training/config/schema.js";
import { takeStep } from "../../training/loop.js";
import { savedAt, startOf, type WeightsOf } from "../step/apart.js";
import { unseenSlices } from "../unseenSlices.js";

/** The terms of ARCO's loss, by their names in a run's log. */
export const terms = ["supervised", "unsupervised", "contrast", "nearest", "equivariance"] as const;
/** One of them. */
export type TermName = (typeof terms)[number];

/** How a term of the loss, with its weight, moves the student's network at one moment of a training. */
export interface TermGradient {
  arm: string;
  seed: number;
  weights: WeightsOf;
  term: TermName;
  /** Norm of its gradient: mean over batches. */
  norm: number;
  /** That as a share of the supervised term's. */
  ratio: number;
  /** Cosine of its mean gradient with the one that the true labels of unlabelled slices would give: 1 where it teaches the same, 0 where it teaches something else or nothing. */
  truth: number;
  /** Cosine with the supervised term's mean gradient. */
  supervised: number;
  phantom: boolean;
}

/** Which moment of a training is looked at, and how closely. */
export interface GradientChoice {
  /** Folder of runs. */
  runs: string;
  weights?: WeightsOf;
  /** Of the run, from its first on; the same for every term. */
  batches?: number;
}

/**
 * Takes the gradient of an ARCO run apart by the terms of its loss, with respect to the weights of the student's network (its heads left out), and compares
 * each with that of L_sup on as many slices whose labels the run did not have. The run itself is not touched. Throws a Problem for another method, and where its weights are missing.
 */
export async function termGradients(
  arm: string,
  config: Config,
  { runs, weights = "last", batches: count = 8 }: GradientChoice,
): Promise<TermGradient[]> {
  if (config.method !== "arco")
    throw new Problem(`method: found "${config.method}", expected "arco", whose loss is taken apart`);
  await startEngine();
  const options = arcoOptions.parse(config.options);
  const used = terms.filter((term) => term === "supervised" || options.weights[term] !== 0);
  const opened = await openData(config);
  const batches = await openBatches(opened, { ...batchesOf(config), workers: 0 });
  const probe = { config, runs, weights };
  try {
    const own: RawBatch[] = [];
    for (let at = 0; at < count; at++) own.push(await batches.at(at));
    const truth = await gradientOf(
      { ...probe, method: "supervised", options: methods.supervised.options.parse({}) },
      await trueBatches(config, count),
    );
    const found = [];
    for (const term of used)
      found.push({
        term,
        ...(await gradientOf({ ...probe, method: "arco", options: only(term, options) }, own)),
      });
    const [labeled] = found;
    return found.map(({ term, norm, mean }) => ({
      arm,
      seed: config.seed,
      weights,
      term,
      norm,
      ratio: norm / labeled.norm,
      truth: cosine(mean, truth.mean),
      supervised: cosine(mean, labeled.mean),
      phantom: opened.benchmark.phantom,
    }));
  } finally {
    await batches.close();
  }
}

/** The options of a run under which one term of its loss, with its weight, is all of it. */
export function only(term: TermName, options: ArcoOptions): ArcoOptions {
  const none = { contrast: 0, unsupervised: 0, nearest: 0, equivariance: 0 };
  const ledger = { ...options.ledger, every: 0 };
  if (term === "supervised") return { ...options, ledger, weights: none };
  return { ...options, ledger, supervised: 0, weights: { ...none, [term]: options.weights[term] } };
}

/** An optimiser that moves nothing: after a step its velocity is the gradient. */
const standstill: OptimizerOptions = {
  kind: "sgd",
  rate: 0,
  momentum: 0,
  nesterov: false,
  weightDecay: 0,
  schedule: "constant",
};

/** Of a method's gradients with respect to the student's network on some batches, all from the same weights of a run: mean norm, and mean (all weights of the network in one row). */
export async function gradientOf(
  {
    config,
    runs,
    weights,
    method,
    options,
  }: { config: Config; runs: string; weights: WeightsOf; method: string; options: object },
  batches: readonly RawBatch[],
) {
  const setup = { ...setupOf(config, lookUp(benchmarks, config.benchmark, "benchmark")), optimizer: standstill };
  const start = startOf(config, { runs, weights });
  const trainer = methods[method].create({ ...setup, options, start });
  try {
    const saved = savedAt(runs, config, weights);
    const shared = saved ? sharedWith(saved, trainer) : {};
    let norm = 0;
    let sum = new Float64Array();
    for (const batch of batches) {
      if (saved) loadCheckpoint(saved, shared);
      await takeStep(trainer, batch);
      const gradient = await velocity(trainer);
      norm += Math.sqrt(gradient.reduce((total, value) => total + value * value, 0)) / batches.length;
      if (sum.length === 0) sum = new Float64Array(gradient.length);
      for (let i = 0; i < sum.length; i++) sum[i] += gradient[i] / batches.length;
    }
    return { norm, mean: sum };
  } finally {
    trainer.dispose();
  }
}

/** The variables that a checkpoint and a trainer have in common, all but the optimiser's state. */
function sharedWith(path: string, { variables }: Trainer): Trainer["variables"] {
  const { entries } = readSafetensors(path);
  const own = Object.entries(variables).filter(([name]) => name in entries && !name.startsWith("velocity/"));
  return Object.fromEntries(own);
}

async function velocity({ variables }: Trainer): Promise<Float32Array> {
  const own = Object.entries(variables).filter(([name]) => name.startsWith("velocity/model/"));
  const parts = [];
  for (const [, variable] of own) parts.push(await variable.data<"float32">());
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Batches of slices that the run had without labels, with their labels, as large as its labelled part. */
async function trueBatches({ batch: { labeled }, ...config }: Config, count: number): Promise<RawBatch[]> {
  const { image, label, shape } = await unseenSlices({ batch: { labeled, unlabeled: 0 }, ...config }, count * labeled);
  const values = sizeOf(shape.slice(1));
  const size = shape.slice(1, -1);
  const pixels = sizeOf(size);
  return Array.from({ length: Math.floor(shape[0] / labeled) }, (_, step) => ({
    step,
    image: image.slice(step * labeled * values, (step + 1) * labeled * values),
    imageShape: [labeled, ...shape.slice(1)],
    label: label.slice(step * labeled * pixels, (step + 1) * labeled * pixels),
    labelShape: [labeled, ...size],
    labeled,
    unlabeled: 0,
    examples: Array.from({ length: labeled }, (_, i) => ({ id: `${step}-${i}`, case: "", slice: 0, slices: 1 })),
    views: {},
  }));
}

function cosine(a: Float64Array, b: Float64Array): number {
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    both += a[i] * b[i];
    first += a[i] * a[i];
    second += b[i] * b[i];
  }
  return first * second === 0 ? 0 : both / Math.sqrt(first * second);
}
