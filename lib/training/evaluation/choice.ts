import type { Benchmark, DataOptions } from "../../benchmarks/benchmark.js";
import type { Weighting } from "../../benchmarks/kinds/slidingWindow.js";
import { Problem } from "../../problem.js";

/** How one call predicts otherwise than the config of its run says; what is left out is as there, and the run does not change. */
export interface PredictionChoice {
  /** Of volumes: voxels from one window to the next along x, y, z, such as "18x18x4". */
  stride?: string;
  /** Of volumes: how overlapping windows are averaged. */
  weighting?: Weighting;
  /** Keeps of each foreground class in a mask its largest component alone. */
  largestComponent?: boolean;
}

/** A run's options of data with the windows of a choice. Throws a Problem where the benchmark has no windows, and where components of photographs are asked for. */
export function chosenData(
  { name, kind }: Pick<Benchmark, "name" | "kind">,
  data: DataOptions,
  { stride, weighting, largestComponent }: PredictionChoice,
): DataOptions {
  const windows = Object.entries({ stride, weighting }).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value }],
  );
  if (windows.length > 0 && kind !== "volumes")
    throw new Problem(
      `${windows[0].key}: found ${JSON.stringify(windows[0].value)} for a run on ${name}, whose ${kind} are seen whole, expected a run on volumes, which are seen by windows; leave it out`,
    );
  if (largestComponent && kind === "photographs")
    throw new Problem(
      `largestComponent: found for a run on ${name}, expected a run on scans: in photographs a class has many parts; leave it out`,
    );
  return { ...data, ...Object.fromEntries(windows.map(({ key, value }) => [key, value])) };
}
