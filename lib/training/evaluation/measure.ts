import type { Benchmark } from "../../benchmarks/benchmark.js";
import { fixed } from "../../written.js";
import type { Metrics } from "./metrics.js";

/** What results on a kind of data are judged by. */
export type Measure = "Dice" | "mIoU";

/** The mIoU of photographs (all pixels of a set in one confusion matrix), the mean Dice of all else. */
export const measureOf = ({ kind }: Pick<Benchmark, "kind">): Measure => (kind === "photographs" ? "mIoU" : "Dice");

/** What a result is judged by: where all pixels were scored together, the mIoU. */
export const measureIn = ({ miou }: Pick<Metrics, "miou">): Measure => (miou ? "mIoU" : "Dice");

/** A result by that measure, from 0 to 1: where all pixels are scored together the mean Jaccard index is the mIoU. */
export const scoreIn = ({ mean, miou }: Pick<Metrics, "mean" | "miou">): number => (miou ? mean.jaccard : mean.dice);

/** The overlap of a class or a case by a measure. */
export const overlapIn = (measure: Measure, { dice, jaccard }: { dice: number; jaccard: number }): number =>
  measure === "mIoU" ? jaccard : dice;

/** What a validation says: "Dice 0.812", of photographs "mIoU 0.412". */
export const validationInWords = ({ dice, miou }: { dice: number; miou?: number }): string =>
  miou === undefined ? `Dice ${fixed(dice, 3)}` : `mIoU ${fixed(miou, 3)}`;
