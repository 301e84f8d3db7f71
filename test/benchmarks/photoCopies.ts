import type { Benchmark, DataOptions, FileCheck } from "../../lib/benchmarks/benchmark.js";
import type { Phantom, PhantomOptions } from "../../lib/phantoms/phantom.js";
import { temporary } from "../temporary.js";

process.env.ARCO_CACHE = temporary("arco-photos-cache-");

/** A phantom's files in a new folder. */
export async function copyOf(phantom: Phantom, ids: readonly string[], options?: PhantomOptions): Promise<string> {
  const folder = temporary(`arco ${phantom.name} ü-`);
  for await (const _ of phantom.write(folder, ids, options));
  return folder;
}

export { isProblem, readAll } from "./reading.js";

/** What is wrong with a copy, and how many files were looked at. */
export async function checked(
  benchmark: Benchmark,
  folder: string,
  options: DataOptions,
): Promise<{ files: number; wrong: FileCheck[] }> {
  const findings: FileCheck[] = [];
  for await (const finding of benchmark.check(folder, options)) findings.push(finding);
  return { files: findings.length, wrong: findings.filter(({ ok }) => !ok) };
}

/** Red, green and blue 0–255 as the network sees them. */
export const seen = (value: number, channel: number) =>
  Math.fround((value / 255 - [0.485, 0.456, 0.406][channel]) / [0.229, 0.224, 0.225][channel]);
