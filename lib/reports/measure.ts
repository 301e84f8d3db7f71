import type { Benchmark } from "../benchmarks/benchmark.js";
import type { Metrics } from "../training/evaluation/metrics.js";

/** What results on a kind of data are judged by. */
export type Measure = "Dice" | "mIoU";

/** The mIoU of photographs (all pixels of a set in one confusion matrix), the mean Dice of all else. */
export const measureOf = ({ kind }: Pick<Benchmark, "kind">): Measure => (kind === "photographs" ? "mIoU" : "Dice");

/** A result by that measure, from 0 to 1: where all pixels are scored together the mean Jaccard index is the mIoU. */
export const scoreIn = ({ mean, miou }: Pick<Metrics, "mean" | "miou">): number => (miou ? mean.jaccard : mean.dice);
