import type { Config, Preset, Protocol } from "./schema.js";

/** What a person chooses first; everything else has a default that follows from it. */
export interface Choice {
  benchmark: string;
  method: string;
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
const smoke: Length = { steps: 10, batch: 2, validateEvery: 5 };

// Minutes on two cores; `other` is for 256² slices (a mean-teacher step of 4 + 4 takes about 1.3 s there).
const mini: Record<string, Length> = {
  hippocampus: { steps: 300, batch: 8, validateEvery: 100 },
  other: { steps: 800, batch: 4, validateEvery: 200 },
};

// SSL4MIS, the recipe that the compared 2D methods share: 30,000 steps of 12 + 12 images, validated every 200.
const full: Length = { steps: 30_000, batch: 12, validateEvery: 200 };

const optimizer = { kind: "sgd", rate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 1e-4 } as const;

// The paper: a tenth every 2,500 steps; the released scripts: (1 − t/T)^0.9.
const schedules = { lab: "poly", released: "poly", paper: "step" } as const;

/** Methods that never look at an unlabelled image. */
const labeledOnly = new Set(["supervised"]);

/** Defaults of benchmark × method × preset × protocol, the method's and the augmentation's own options left to their owners. */
export function presetOf({ benchmark, method, preset, protocol }: Choice): Omit<Config, keyof Choice | "labeled" | "data" | "options" | "augmentation" | "seed"> {
  const { steps, batch, validateEvery } = { smoke, mini: mini[benchmark] ?? mini.other, full }[preset];
  return {
    encoder: "unet",
    steps,
    batch: batchOf(method, batch, preset, protocol),
    optimizer: { ...optimizer, schedule: schedules[protocol] },
    validateEvery,
    checkpoint: "bestVal", // as SSL4MIS does for every method it compares
  };
}

/**
 * Supervised training takes as many labelled images a step as its semi-supervised rivals, so that both see the same ones.
 * The released script takes 24, twice as many.
 */
function batchOf(method: string, batch: number, preset: Preset, protocol: Protocol): Config["batch"] {
  if (!labeledOnly.has(method)) return { labeled: batch, unlabeled: batch };
  return { labeled: preset === "full" && protocol !== "lab" ? 2 * batch : batch, unlabeled: 0 };
}
