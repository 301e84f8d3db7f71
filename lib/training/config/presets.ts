import type { Benchmark, DataOptions } from "../../benchmarks/benchmark.js";
import type { Method } from "../../methods/method.js";
import type { Config, Preset, Protocol } from "./schema.js";

/** What a person chooses first; everything else has a default that follows from it. */
export interface Choice {
  benchmark: Pick<Benchmark, "name" | "kind">;
  method: Pick<Method, "unlabeled" | "pretrains" | "pretraining">;
  preset: Preset;
  protocol: Protocol;
}

/** `batch` is the size of the labelled part, and of the unlabelled part where the method has one. */
interface Length {
  steps: number;
  batch: number;
  validateEvery: number;
}

// A few seconds: the same code path as the others, for tests.
const smoke: Length = { steps: 10, batch: 2, validateEvery: 10 };

// Minutes on two cores; `other` is for 256² slices: 500 steps of ARCO after 200 of pre-training stay under 20 minutes there.
const mini: Record<string, Length> = {
  hippocampus: { steps: 200, batch: 8, validateEvery: 50 },
  other: { steps: 500, batch: 4, validateEvery: 125 },
};

// Patches of volumes: ten minutes on two cores, tests of whole volumes included.
const miniVolumes: Length = { steps: 150, batch: 2, validateEvery: 75 };

// Pre-training and what follows it (ARCO): 3 + 3 images, then 4 + 4. The paper says 100 and 200 epochs; the lengths are the released code's,
// 100 epochs of ACDC's 1,312 slices being 21,900 steps of 6.
const phases: Record<Preset, Record<string, { pretraining: Length; finetuning: Length }>> = {
  smoke: {
    other: {
      pretraining: { steps: 5, batch: 2, validateEvery: 5 },
      finetuning: { steps: 10, batch: 2, validateEvery: 10 },
    },
  },
  mini: {
    hippocampus: {
      pretraining: { steps: 100, batch: 4, validateEvery: 100 },
      finetuning: { steps: 200, batch: 8, validateEvery: 50 },
    },
    other: {
      pretraining: { steps: 200, batch: 3, validateEvery: 200 },
      finetuning: { steps: 500, batch: 4, validateEvery: 125 },
    },
  },
  full: {
    other: {
      pretraining: { steps: 21_900, batch: 3, validateEvery: 21_900 },
      finetuning: { steps: 30_000, batch: 4, validateEvery: 500 },
    },
  },
};

// SSL4MIS, the recipe that the compared 2D methods share: 30,000 steps of 12 + 12 images, validated every 200.
const full: Length = { steps: 30_000, batch: 12, validateEvery: 200 };

// UA-MT, whose recipe the compared 3D methods share: 6,000 steps of 2 + 2 patches.
const fullVolumes: Length = { steps: 6_000, batch: 2, validateEvery: 200 };

/** Options of the data that make a preset short: of volumes, patches and windows that two cores can see in time; in full they are the paper's. */
export function dataOf({ kind }: Pick<Benchmark, "kind">, preset: Preset): DataOptions {
  if (kind !== "volumes" || preset === "full") return {};
  return preset === "smoke" ? { patch: "32x32x16", stride: "32x32x16" } : { patch: "64x64x48", stride: "48x48x24" };
}

// A few hundred steps are too few for SGD at 0.01: with one labelled hippocampus it stands at a Dice of 0.2 after 200 steps, Adam at 0.7.
const adam = { kind: "adam", rate: 0.001, momentum: 0.9, nesterov: false, weightDecay: 1e-4 } as const;

// What the paper fixes for everything it trains, and SSL4MIS too.
const sgd = { kind: "sgd", rate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 1e-4 } as const;

// The paper: a tenth every 2,500 steps; the released scripts: (1 − t/T)^0.9.
const schedules = { lab: "poly", released: "poly", paper: "step" } as const;

/** The part of a config that follows from such a choice; options of data, method and augmentation have their defaults where they are defined. */
export type Defaults = Pick<
  Config,
  "encoder" | "steps" | "batch" | "draw" | "optimizer" | "validateEvery" | "checkpoint"
>;

/** Length, batch and optimiser for benchmark × method × preset × protocol. */
export function presetOf({ benchmark, method, preset, protocol }: Choice): Defaults {
  const { steps, batch, validateEvery } = lengthOf(benchmark, method, preset);
  const isArco = method.pretraining !== undefined;
  const isVolumes = benchmark.kind === "volumes";
  return {
    encoder: isVolumes ? "vnet" : "unet",
    steps,
    batch: method.unlabeled
      ? { labeled: batch, unlabeled: batch }
      : { labeled: supervisedBatch(batch, preset, protocol), unlabeled: 0 },
    draw: isArco && protocol === "released" ? "replacement" : "passes",
    optimizer: {
      ...(preset !== "full" && protocol === "lab" ? adam : { ...sgd, nesterov: isArco && protocol !== "paper" }),
      schedule: isVolumes && !isArco && protocol === "released" ? "step" : schedules[protocol], // UA-MT's is a tenth every 2,500 steps
    },
    validateEvery,
    // SSL4MIS takes the best on validation for every method it compares; ARCO's code looks at none and takes the last
    checkpoint: method.pretrains || (isArco && protocol === "released") ? "last" : "bestVal",
  };
}

function lengthOf(
  { name, kind }: Choice["benchmark"],
  { pretrains, pretraining }: Choice["method"],
  preset: Preset,
): Length {
  const { [name]: own, other } = phases[preset];
  if (pretrains) return (own ?? other).pretraining;
  if (pretraining) return (own ?? other).finetuning;
  if (kind === "volumes") return { smoke, mini: miniVolumes, full: fullVolumes }[preset];
  return { smoke, mini: mini[name] ?? mini.other, full }[preset];
}

/** As many labelled images a step as the semi-supervised rivals take, so that all see the same ones; the released script takes 24, twice as many. */
const supervisedBatch = (batch: number, preset: Preset, protocol: Protocol) =>
  preset === "full" && protocol !== "lab" ? 2 * batch : batch;
