import { tensorCount } from "../../engine/memory.js";
import { startEngine } from "../../engine/start.js";
import { choose } from "../../training/nearest.js";
import { ownVersion } from "../environment.js";
import type { Bench, BenchOptions } from "./bench.js";
import { data } from "./data.js";
import { methodStep } from "./methodStep.js";
import { metrics } from "./metrics.js";

/** Everything whose speed can be measured, by name. */
export const benches: Readonly<Record<string, Bench>> = {
  unet: methodStep("supervised", "one supervised training step of the U-Net on random images"),
  meanTeacher: methodStep("meanTeacher", "one training step of the mean teacher on random images"),
  data,
  metrics,
};

/** What a measurement says: milliseconds a step, memory in MiB (at the end and at its peak), tensors alive, and details of its own. */
export interface BenchResult {
  name: string;
  backend: string;
  ms: { min: number; median: number; max: number };
  rssMiB: number;
  peakRssMiB: number;
  tensors: number;
  [detail: string]: unknown;
}

/** Runs a benchmark of speed by its name; what is not given is its own default. */
export async function runBench(name: string, given: Partial<BenchOptions> = {}): Promise<BenchResult> {
  const bench = choose(benches, name, "bench");
  const { kind, backend, version, device, threads } = await startEngine();
  const { times, ...details } = await bench.run({
    size: 256,
    labeled: 4,
    unlabeled: 4,
    steps: 10,
    benchmark: "hippocampus",
    ...bench.defaults,
    ...given,
  });
  const sorted = [...times].sort((a, b) => a - b);
  return {
    name,
    backend,
    ms: { min: round(sorted[0]), median: round(median(sorted)), max: round(sorted[sorted.length - 1]) },
    steps: times.length,
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 2 ** 10),
    tensors: tensorCount().tensors,
    ...details,
    engine: { kind, version, device, threads },
    versions: { arco: ownVersion(), node: process.versions.node },
  };
}

const round = (value: number) => Math.round(value * 100) / 100;

function median(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
