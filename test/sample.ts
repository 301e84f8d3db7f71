import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataFolder } from "../lib/benchmarks/places.js";
import { temporary } from "./temporary.js";

/**
 * The hippocampus sample with fewer volumes to score: all that are trained on, 1 to validate and 3 to test instead of 10
 * and 20. Gives the folder for ARCO_DATA; the files of one test run share it, and so what they decode.
 */
export function smallSample(): string {
  const data = join(process.env.ARCO_CACHE ?? temporary("arco-sample-"), "data");
  const [folder, whole] = [data, dataFolder].map((place) => join(place, "hippocampus"));
  mkdirSync(folder, { recursive: true });
  for (const name of ["imagesTr", "labelsTr"]) link(join(whole, name), join(folder, name));
  const { train, validation, test } = JSON.parse(readFileSync(join(whole, "split.json"), "utf8"));
  const aside = join(folder, `split.${process.pid}.json`);
  writeFileSync(aside, JSON.stringify({ train, validation: validation.slice(0, 1), test: test.slice(-3) }));
  renameSync(aside, join(folder, "split.json"));
  return data;
}

function link(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
