import { availableParallelism } from "node:os";
import { benchmarks } from "../benchmarks/index.js";
import { threeOf } from "../benchmarks/kinds/slidingWindow.js";
import { engineHere, threadsAsked } from "../engine/start.js";
import { sizeOf } from "../images/values.js";
import { lookUp } from "../lookUp.js";
import { Problem } from "../problem.js";
import type { Config } from "../training/config/schema.js";
import { onlyHere } from "./onlyHere.js";

/** How many trainings run at once, and with how many CPU threads each. */
export interface SideBySide {
  processes: number;
  threads: number;
}

/** Pixels of an image up to which a second thread is worth less than a second training. */
const small = 128 * 128;

/**
 * What suits some configs on this machine. On small images a second thread gains nothing, and two trainings beside each other take two thirds of the time of
 * one after the other; large ones keep all cores busy by themselves. All get the same threads, for results are bit-equal only then.
 * `parallel` sets how many, ARCO_THREADS the threads; a GPU works for one at a time unless told otherwise. What this process alone knows is trained in it, unless others are told of it (`alone`).
 * Throws a Problem where `parallel` is no whole number from 1.
 */
export function sideBySide(
  configs: readonly Config[],
  {
    parallel,
    cores = availableParallelism(),
    alone = configs.some((config) => onlyHere(config).length > 0),
  }: { parallel?: number; cores?: number; alone?: boolean } = {},
): SideBySide {
  if (parallel !== undefined && !(Number.isInteger(parallel) && parallel >= 1))
    throw new Problem(`parallel: found ${parallel}, expected a whole number from 1`);
  const { kind, threads: usual } = engineHere();
  if (alone) return { processes: 1, threads: usual };
  if (kind !== "cpu") return { processes: parallel ?? 1, threads: usual };
  const isSmall = configs.every((config) => pixelsOf(config) <= small);
  const shared = isSmall ? 1 : Math.max(1, Math.floor(cores / (parallel ?? 1)));
  const threads = threadsAsked(cores) ?? shared;
  return { processes: parallel ?? Math.max(1, Math.floor(cores / threads)), threads };
}

/** Pixels or voxels of one image as the network sees it. */
export function pixelsOf({ benchmark, data }: Config): number {
  const { imageSize } = lookUp(benchmarks, benchmark, "benchmark");
  const { size = data.crop } = data;
  return sizeOf(typeof size === "number" ? [size, size] : (threeOf(data.patch) ?? imageSize));
}
