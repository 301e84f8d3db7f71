import { tensorCount } from "../engine/memory.js";
import { startEngine } from "../engine/start.js";
import { lookUp } from "../lookUp.js";
import { merged } from "../methods/options.js";
import { ownVersion } from "../runs/environment.js";
import { type Bench, type BenchOptions, hundredths, median } from "./bench.js";
import { conv3d } from "./conv3d.js";
import { data } from "./data.js";
import { methodStep, photographStep } from "./methodStep.js";
import { arco3d, comparedStep, everyPixel } from "./methods.js";
import { metrics } from "./metrics.js";
import { reading } from "./reading.js";
import { samplers } from "./samplers.js";
import { vnet } from "./vnet.js";
import { window } from "./window.js";

/** Everything whose speed can be measured, by name. */
export const benches: Readonly<Record<string, Bench>> = {
  vnet,
  window,
  conv3d,
  unet: methodStep("supervised", "one supervised training step of the U-Net on random images"),
  meanTeacher: methodStep("meanTeacher", "one training step of the mean teacher on random images"),
  relational: methodStep("relational", "one step of ARCO's first phase on random images"),
  arco: methodStep("arco", "one step of ARCO's second phase on random images, all pixels available, no ledger", {
    changes: everyPixel,
  }),
  arco3d,
  ledger: methodStep("arco", "one step of ARCO's second phase with an entry of the variance ledger in each step", {
    changes: (defaults) => merged(defaults, { contrast: { threshold: 0 }, ledger: { every: 1 } }),
  }),
  deeplab: photographStep,
  method: comparedStep,
  samplers,
  data,
  metrics,
  reading,
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
  const bench = lookUp(benches, name, "bench");
  const engine = bench.engine === false ? undefined : await startEngine();
  const { times, ...details } = await bench.run({
    size: 256,
    classes: 4,
    labeled: 4,
    unlabeled: 4,
    steps: 10,
    benchmark: "hippocampus",
    method: "supervised",
    ...bench.defaults,
    ...given,
  });
  return {
    name,
    backend: engine?.backend ?? "javascript",
    ms: { min: hundredths(Math.min(...times)), median: hundredths(median(times)), max: hundredths(Math.max(...times)) },
    steps: times.length,
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 2 ** 10),
    tensors: tensorCount().tensors,
    ...details,
    ...(engine && {
      engine: { kind: engine.kind, version: engine.version, device: engine.device, threads: engine.threads },
    }),
    versions: { arco: ownVersion(), node: process.versions.node },
  };
}
