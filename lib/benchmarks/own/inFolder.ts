import type { Benchmark } from "../benchmark.js";
import { readDescription } from "./description.js";
import { ownBenchmark } from "./own.js";
import { ownPhotographs } from "./ownPhotographs.js";
import { readPhotoDescription } from "./photoDescription.js";

/** The benchmark that the benchmark.json in a folder describes, of scans or of photographs. Throws a Problem where it is damaged. */
export function ownBenchmarkIn(folder: string): Benchmark {
  const photographs = readPhotoDescription(folder);
  return photographs ? ownPhotographs(folder, photographs) : ownBenchmark(folder, readDescription(folder));
}
