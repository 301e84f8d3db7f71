import { Problem } from "../problem.js";
import { acdc } from "./acdc/index.js";
import type { Benchmark } from "./benchmark.js";
import { camvid } from "./camvid.js";
import { expected } from "./choices.js";
import { cityscapes } from "./cityscapes/index.js";
import { hippocampus } from "./hippocampus.js";
import { hippocampusVolumes } from "./hippocampusVolumes.js";
import { la } from "./la/index.js";
import { lits } from "./lits/index.js";
import { mmwhs } from "./mmwhs/index.js";
import { mpMri } from "./mpMri/index.js";
import { hasDescription } from "./own/description.js";
import { type Broken, ownBenchmarks } from "./own/found.js";
import { ownBenchmarkIn } from "./own/inFolder.js";
import { pascal } from "./pascal.js";
import { phantomBenchmarks } from "./phantom/index.js";
import { sunRgbd } from "./sunRgbd.js";

const all: Record<string, Benchmark> = {
  acdc,
  lits,
  mmwhs,
  la,
  mpMri,
  hippocampus,
  [hippocampusVolumes.name]: hippocampusVolumes,
  cityscapes,
  pascal,
  sunRgbd,
  camvid,
  ...phantomBenchmarks,
};

/** Names that are the lab's own. */
export const builtIn: ReadonlySet<string> = new Set(Object.keys(all));

/** All benchmarks by their names, those of one's own scans among them. Asking for one whose benchmark.json is damaged throws a Problem. */
export const benchmarks: Readonly<Record<string, Benchmark>> = all;

/** Lets every function of this process find a benchmark of one's own; another of its name makes room. */
export function register(benchmark: Benchmark): void {
  if (builtIn.has(benchmark.name))
    throw new Problem(`benchmark: found the name "${benchmark.name}", which is one of the lab's own; choose another`);
  Object.defineProperty(all, benchmark.name, { value: benchmark, enumerable: true, configurable: true });
}

/** What lies where benchmarks of one's own are looked for and cannot be used. */
export const brokenBenchmarks: readonly Broken[] = findOwn();

function findOwn(): Broken[] {
  const { found, broken } = ownBenchmarks();
  for (const benchmark of found) {
    const { name } = benchmark;
    if (!Object.hasOwn(all, name)) register(benchmark);
    else
      broken.push({
        name,
        folder: benchmark.find() ?? "",
        message: `${benchmark.find()}: found a second benchmark "${name}", the first lies in ${all[name].find() ?? "the lab"}; import it again with another --name`,
      });
  }
  for (const { name, message } of broken)
    if (!Object.hasOwn(all, name))
      Object.defineProperty(all, name, {
        configurable: true, // by register, when it was imported again
        get() {
          throw new Problem(message);
        },
      });
  return broken;
}

/** The benchmark of a name; one of one's own also by the folder of its benchmark.json, for threads. An unknown name throws a Problem with the nearest. */
export function benchmarkNamed(name: string, folder?: string): Benchmark {
  if (folder !== undefined && !builtIn.has(name) && hasDescription(folder)) return ownBenchmarkIn(folder);
  if (Object.hasOwn(benchmarks, name)) return benchmarks[name];
  throw new Problem(`benchmark: found "${name}", ${expected(name, Object.keys(benchmarks))}`);
}
