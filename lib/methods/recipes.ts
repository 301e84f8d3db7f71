import type { OptimizerOptions } from "../optimizers/optimizer.js";
import type { Schedule } from "../optimizers/schedule.js";

/** Lab: ours, errors repaired; paper: to the letter; released: the published code with its behaviour. */
export type Protocol = "lab" | "paper" | "released";
/** Smoke: seconds (tests); mini: minutes on two cores; full: the paper's own length. */
export type Preset = "smoke" | "mini" | "full";

/** What a recipe follows from. */
export interface RecipeChoice {
  benchmark: { name: string; kind: "slices" | "volumes" | "photographs" };
  preset: Preset;
  protocol: Protocol;
}

/** Length, batch size, sampling of examples and optimiser of a training. */
export interface Training {
  steps: number;
  batch: { labeled: number; unlabeled: number };
  /** Shuffled passes over the examples, independent draws, or slices from equal parts of several volumes. */
  draw: "passes" | "replacement" | "partitions";
  optimizer: OptimizerOptions;
  /** Steps between two validations. */
  validateEvery: number;
  /** Which weights are tested. */
  checkpoint: "last" | "bestVal";
}

/** The training settings for a kind of data, preset and protocol. */
export type Recipe = (choice: RecipeChoice) => Training;

/** `batch` is the size of the labelled part, and of the unlabelled part where there is one. */
interface Length {
  steps: number;
  batch: number;
  validateEvery: number;
}

// What the paper fixes for everything it trains, and SSL4MIS too.
const sgd = { kind: "sgd", rate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 1e-4 } as const;

// A few hundred steps are too few for SGD at 0.01: with one labelled hippocampus it stands at a Dice of 0.2 after 200 steps, Adam at 0.7.
const adam = { kind: "adam", rate: 0.001, momentum: 0.9, nesterov: false, weightDecay: 1e-4 } as const;

// The paper: a tenth every 2,500 steps; the released scripts: (1 − t/T)^0.9.
const schedules = { lab: "poly", released: "poly", paper: "step" } as const;

/** Whether a training is as short as no paper's, so that the lab chooses what suits it. */
export const isShort = ({ preset, protocol }: Pick<RecipeChoice, "preset" | "protocol">): boolean =>
  preset !== "full" && protocol === "lab";

// A few seconds: the same code path as the others, for tests.
const smoke: Length = { steps: 10, batch: 2, validateEvery: 10 };

// Minutes on two cores. Of ACDC at 128² (see `dataOf`) supervised training with three labelled patients has stopped improving by then (docs/tuning.md);
// `other` is for 256² slices: 500 steps of ARCO after 200 of pre-training stay under 20 minutes there.
const mini: Record<string, Length> = {
  hippocampus: { steps: 200, batch: 8, validateEvery: 100 },
  acdc: { steps: 2_000, batch: 4, validateEvery: 200 },
  other: { steps: 500, batch: 4, validateEvery: 125 },
};
// Patches of volumes: a smoke of what larger presets do, a few minutes on two cores of scans that are seen whole, half an hour of LA's.
const miniVolumes: Length = { steps: 150, batch: 2, validateEvery: 75 };

// SSL4MIS, which the compared 2D methods share: 30,000 steps of 12 + 12 images, validated every 200.
const full: Length = { steps: 30_000, batch: 12, validateEvery: 200 };
// UA-MT's, of atria, for all methods on volumes: 6,000 steps of 2 + 2 patches. (SSL4MIS's own 3D scripts, of brain tumours, take 30,000.)
const fullVolumes: Length = { steps: 6_000, batch: 2, validateEvery: 200 };

// ReCo on photographs: 200 epochs of 200 steps, the rate lowered at their ends; 10, 2 and 5 images of each part.
const recoSgd = { kind: "sgd", rate: 0.0025, momentum: 0.9, nesterov: true, weightDecay: 5e-4 } as const;
const recoBatch: Record<string, number> = { pascal: 10, cityscapes: 2, sunRgbd: 5 };

// Minutes on two cores, from weights of ImageNet.
const photoLengths: Record<Preset, Omit<Length, "batch">> = {
  smoke: { steps: 10, validateEvery: 10 },
  mini: { steps: 600, validateEvery: 150 },
  full: { steps: 40_000, validateEvery: 2_000 },
};

/** ReCo's recipe (`train_semisup.py`), for all that is trained on photographs, and SSL4MIS's for ReCo on other images; a method without unlabelled images sees twice as many labelled ones. Short trainings take four times the rate. */
export const reco =
  ({ unlabeled = true } = {}): Recipe =>
  (choice) => {
    const { benchmark, preset, protocol } = choice;
    if (benchmark.kind !== "photographs") return ssl4mis({ unlabeled })(choice);
    const { steps, validateEvery } = photoLengths[preset];
    const published = recoBatch[benchmark.name.replace(/^phantom-/, "")] ?? 4;
    const batch = { smoke: 2, mini: 4, full: published }[preset];
    return {
      steps,
      batch: unlabeled ? { labeled: batch, unlabeled: batch } : { labeled: 2 * batch, unlabeled: 0 },
      draw: "replacement",
      optimizer: {
        ...recoSgd,
        rate: (isShort(choice) ? 4 : 1) * recoSgd.rate,
        schedule: protocol === "lab" ? "poly" : "polyPerEpoch",
      },
      validateEvery,
      checkpoint: protocol === "lab" ? "last" : "bestVal",
    };
  };

/**
 * The recipe that the compared methods share: SSL4MIS's for images, UA-MT's for volumes, ReCo's for photographs. `steps3D` is the length, as published, of those that train longer on volumes, which
 * protocol lab does not let them; `schedule` and `schedule3D` are what a method's own released script keeps instead, for images and for volumes.
 */
export const ssl4mis =
  ({
    unlabeled,
    steps3D = fullVolumes.steps,
    schedule = "poly",
    schedule3D = "step",
  }: {
    unlabeled: boolean;
    steps3D?: number;
    schedule?: Schedule;
    schedule3D?: Schedule;
  }): Recipe =>
  (choice) => {
    const { benchmark, preset, protocol } = choice;
    if (benchmark.kind === "photographs") return reco({ unlabeled })(choice);
    const isVolumes = benchmark.kind === "volumes";
    const lengths = isVolumes
      ? { smoke, mini: miniVolumes, full: protocol === "lab" ? fullVolumes : { ...fullVolumes, steps: steps3D } }
      : { smoke, mini: mini[benchmark.name] ?? mini.other, full };
    const { steps, batch, validateEvery } = lengths[preset];
    // As many labelled images a step as the semi-supervised rivals take, so that all see the same ones; the released script takes 24, twice as many.
    const alone = preset === "full" && protocol !== "lab" ? 2 * batch : batch;
    const released = isVolumes ? schedule3D : schedule;
    return {
      steps,
      batch: unlabeled ? { labeled: batch, unlabeled: batch } : { labeled: alone, unlabeled: 0 },
      draw: "passes",
      optimizer: {
        ...(isShort(choice) ? adam : sgd),
        schedule: protocol === "released" ? released : schedules[protocol],
      },
      validateEvery,
      checkpoint: protocol === "lab" ? "last" : "bestVal",
    };
  };

// Pre-training and what follows it (ARCO).
interface Phases {
  pretraining: Omit<Length, "validateEvery">;
  finetuning: Length;
}
const phases: Record<Exclude<Preset, "full">, Record<string, Phases>> = {
  smoke: { other: { pretraining: { steps: 5, batch: 2 }, finetuning: smoke } },
  mini: {
    hippocampus: {
      pretraining: { steps: 100, batch: 4 },
      finetuning: { steps: 200, batch: 8, validateEvery: 100 },
    },
    acdc: {
      pretraining: { steps: 200, batch: 3 },
      finetuning: { steps: 2_000, batch: 4, validateEvery: 200 },
    },
    other: { pretraining: { steps: 200, batch: 3 }, finetuning: { steps: 500, batch: 4, validateEvery: 125 } },
  },
};
// The paper's epochs, taken as those of ACDC on every benchmark: 100 of 1,312 slices, 6 a step, are 21,900 steps; 200 of the 1,176 slices that are unlabelled with 10 % of the
// labels, 4 beside 4 labelled ones, are 58,800. The released scripts have 6,000 and 30,000 by default. In protocol lab the second phase sees what the compared methods see.
const fullPhases: Record<Protocol, Phases> = {
  lab: { pretraining: { steps: 21_900, batch: 3 }, finetuning: full },
  paper: {
    pretraining: { steps: 21_900, batch: 3 },
    finetuning: { steps: 58_800, batch: 4, validateEvery: 500 },
  },
  released: {
    pretraining: { steps: 6_000, batch: 3 },
    finetuning: { steps: 30_000, batch: 4, validateEvery: 500 },
  },
};
// Of volumes the released scripts take 6,000 steps each, of 1 + 1 and 4 + 4 patches, and the paper does not say how many patches an epoch has; mini is as long as the compared methods'.
const phasesOfVolumes: Record<Preset, Phases> = {
  smoke: { pretraining: { steps: 5, batch: 1 }, finetuning: smoke },
  mini: { pretraining: { steps: 50, batch: 1 }, finetuning: miniVolumes },
  full: { pretraining: { steps: 6_000, batch: 1 }, finetuning: { ...fullVolumes, batch: 4 } },
};
function phasesOf({ benchmark: { name, kind }, preset, protocol }: RecipeChoice): Phases {
  if (kind !== "volumes")
    return preset === "full" ? fullPhases[protocol] : (phases[preset][name] ?? phases[preset].other);
  const usual = phasesOfVolumes[preset];
  return preset === "full" && protocol === "lab" ? { ...usual, finetuning: fullVolumes } : usual;
}

/** ARCO's first phase (and ACTION's and MONA's): validated at its end alone, for nothing is chosen by it. */
export const arcoPretraining: Recipe = (choice) => {
  const { steps, batch } = phasesOf(choice).pretraining;
  return {
    steps,
    batch: { labeled: batch, unlabeled: batch },
    draw: "passes",
    optimizer: { ...(isShort(choice) ? adam : sgd), schedule: schedules[choice.protocol] },
    validateEvery: steps,
    checkpoint: "last",
  };
};

/** ARCO's second phase (and MONA's). In full, protocol lab gives it the images and the momentum of the compared methods; the paper and the released code have 4 + 4 images, the latter Nesterov's momentum. */
export const arcoFinetuning: Recipe = (choice) => {
  const { protocol } = choice;
  const { steps, batch, validateEvery } = phasesOf(choice).finetuning;
  return {
    steps,
    batch: { labeled: batch, unlabeled: batch },
    draw: protocol === "released" ? "replacement" : "passes",
    optimizer: {
      ...(isShort(choice) ? adam : { ...sgd, nesterov: protocol === "released" }),
      schedule: schedules[protocol],
    },
    validateEvery,
    checkpoint: protocol === "paper" ? "bestVal" : "last",
  };
};

/** ACTION's second phase: ARCO's, and as released of the lengths and batches that its own scripts have by default (`train_2D_action.py`, `train_3D_action.py`; its command lines pass 30,000 steps to both). */
export const actionFinetuning: Recipe = (choice) => {
  const { benchmark, preset, protocol } = choice;
  const training = arcoFinetuning(choice);
  if (preset !== "full" || protocol !== "released") return training;
  if (benchmark.kind !== "volumes") return { ...training, steps: 6_000 };
  return { ...training, steps: 30_000, batch: { labeled: 2, unlabeled: 2 } };
};

/** The optimiser of a framework's own publication: its rate for a batch, and for how many of 100 epochs that first rises. */
export interface FrameworkSource {
  kind: "sgd" | "lars";
  rate(batch: number): number;
  weightDecay: number;
  warmUp?: number;
}

/** A rate that is proportional to the batch, given for 256 images. */
export const per256 = (rate: number) => (batch: number) => (rate * batch) / 256;

/**
 * The contrastive frameworks of table 8: images without labels, 100 epochs of ACDC along half a cosine. Protocol lab: 36 a step, SGD at 0.01. The others have the
 * optimiser of the framework's sources and 256 a step, for the 2,048 and 4,096 of some are more than ACDC has slices.
 */
export const framework =
  (sources: Partial<Record<Protocol, FrameworkSource>> = {}): Recipe =>
  (choice) => {
    const { benchmark, preset, protocol } = choice;
    const source = sources[protocol];
    const isSample = benchmark.name === "hippocampus";
    const batch = { smoke: 4, mini: isSample ? 16 : 12, full: source ? 256 : 36 }[preset];
    const steps = { smoke: 5, mini: isSample ? 100 : 200, full: Math.floor((100 * 1312) / batch) }[preset];
    const own = source && {
      kind: source.kind,
      rate: source.rate(batch),
      weightDecay: source.weightDecay,
      warmUp: Math.round((steps * (source.warmUp ?? 0)) / 100),
    };
    return {
      steps,
      batch: { labeled: 0, unlabeled: batch },
      draw: "passes",
      optimizer: { ...(isShort(choice) ? adam : sgd), ...own, schedule: "cosine" },
      validateEvery: steps,
      checkpoint: "last",
    };
  };

// GCL without labels: Adam at 0.001, 10,000 steps of 12 slices, a stage. Of volumes as many patches as the compared methods see, for as many steps.
const gclStage =
  (draw: Training["draw"]): Recipe =>
  ({ benchmark, preset }) => {
    const isSample = benchmark.name === "hippocampus";
    const isVolumes = benchmark.kind === "volumes";
    const lengths = isVolumes
      ? { smoke: [5, 4], mini: [75, 4], full: [fullVolumes.steps, 4] }
      : { smoke: [5, 8], mini: isSample ? [100, 16] : [200, 12], full: [10_000, 12] };
    const [steps, batch] = lengths[preset];
    return {
      steps,
      batch: { labeled: 0, unlabeled: batch },
      draw: isVolumes ? "passes" : draw, // the place of a patch follows from where it is cut
      optimizer: { ...adam, weightDecay: 0, schedule: "constant" },
      validateEvery: steps,
      checkpoint: "last",
    };
  };

/** GCL's first stage: a slice of each of four parts of several volumes. */
export const gclGlobalStage: Recipe = gclStage("partitions");

/** GCL's second stage: slices, wherever they lie. */
export const gclLocalStage: Recipe = gclStage("passes");

/** GCL's third stage, on labels: as long, and with the same loss, as the supervised method that it is compared with. */
export const gclFinetuning: Recipe = ssl4mis({ unlabeled: false, schedule3D: "poly" });
