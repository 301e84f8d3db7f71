import { Problem } from "../problem.js";
import { acdc } from "./acdc.js";
import type { Benchmark } from "./benchmark.js";
import { camvid } from "./camvid.js";
import { expected } from "./choices.js";
import { cityscapes } from "./cityscapes.js";
import { hippocampus } from "./hippocampus.js";
import { pascal } from "./pascal.js";
import { sunRgbd } from "./sunRgbd.js";

/** All benchmarks by their names. */
export const benchmarks: Readonly<Record<string, Benchmark>> = {
  acdc,
  hippocampus,
  cityscapes,
  pascal,
  sunRgbd,
  camvid,
};

/** The benchmark of a name. An unknown one throws a Problem with the nearest. */
export function benchmarkNamed(name: string): Benchmark {
  if (Object.hasOwn(benchmarks, name)) return benchmarks[name];
  throw new Problem(`benchmark: found "${name}", ${expected(name, Object.keys(benchmarks))}`);
}
