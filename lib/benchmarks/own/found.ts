import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Problem } from "../../problem.js";
import type { Benchmark } from "../benchmark.js";
import { dataFolder } from "../places.js";
import { hasDescription } from "./description.js";
import { ownBenchmarkIn } from "./inFolder.js";

/** A benchmark.json that cannot be used, and why. */
export interface Broken {
  name: string;
  folder: string;
  message: string;
}

/** Where benchmarks of one's own are put unless told otherwise. */
export const ownFolder = join(dataFolder, "own");

/** The benchmarks that lie in data/own and in ARCO_DATA, right there or in a folder of its; a damaged one spoils none of the others. */
export function ownBenchmarks(): { found: Benchmark[]; broken: Broken[] } {
  const found: Benchmark[] = [];
  const broken: Broken[] = [];
  for (const folder of ownFolders()) {
    try {
      found.push(ownBenchmarkIn(folder));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      broken.push({ name: basename(folder), folder, message: error.message });
    }
  }
  return { found, broken };
}

/** Whether a benchmark in a folder is known to every command; elsewhere only where ARCO_DATA names its folder. */
export const isFoundByItself = (folder: string): boolean =>
  ownFolders().some((one) => resolve(one) === resolve(folder));

function ownFolders(): string[] {
  const { ARCO_DATA } = process.env;
  const inside = (place: string) =>
    existsSync(place)
      ? readdirSync(place, { withFileTypes: true })
          .filter((entry) => !entry.isFile() && !entry.name.startsWith("."))
          .map(({ name }) => join(place, name))
          .sort()
      : [];
  return [...inside(ownFolder), ...(ARCO_DATA ? [ARCO_DATA, ...inside(ARCO_DATA)] : [])].filter(hasDescription);
}
