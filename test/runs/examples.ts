import type { Config } from "../../lib/training/config/schema.js";
import type { Metrics } from "../../lib/training/evaluation/metrics.js";

/** A short run of the hippocampus sample, written out. */
export const exampleConfig: Config = {
  benchmark: "hippocampus",
  labeled: 1,
  labeledSeed: 0,
  data: {},
  method: "supervised",
  options: {},
  network: "unet",
  preset: "smoke",
  protocol: "lab",
  seed: 0,
  steps: 10,
  batch: { labeled: 2, unlabeled: 0 },
  draw: "passes",
  optimizer: {
    kind: "sgd",
    rate: 0.01,
    momentum: 0.9,
    nesterov: false,
    weightDecay: 1e-4,
    schedule: "poly",
    warmUp: 0,
  },
  augmentation: {},
  pretraining: null,
  validateEvery: 5,
  checkpoint: "last",
};

/** A result of it with one case. */
export const exampleMetrics: Metrics = {
  benchmark: "hippocampus",
  phantom: false,
  labeled: 1,
  labeledSeed: 0,
  method: "supervised",
  preset: "smoke",
  protocol: "lab",
  seed: 0,
  steps: 10,
  checkpoint: "last",
  testedStep: 10,
  split: "test",
  unit: "mm",
  emptyPolicy: "honest",
  classes: ["anterior"],
  cases: [
    {
      id: "a",
      scores: [{ dice: 0, jaccard: 0, hd95: null, asd: null, asdReverse: null, assd: null, outcome: "falseNegative" }],
    },
  ],
  perClass: [
    {
      name: "anterior",
      dice: 0,
      jaccard: 0,
      hd95: null,
      asd: null,
      asdReverse: null,
      assd: null,
      counts: { falseNegative: 1, falsePositive: 0, absent: 0, undefined: 1 },
    },
  ],
  mean: { dice: 0, jaccard: 0, hd95: null, asd: null, asdReverse: null, assd: null },
  counts: { falseNegative: 1, falsePositive: 0, absent: 0, undefined: 1 },
};
