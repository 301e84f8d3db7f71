import { cpSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { trainRun } from "../lib/runs/trainRun.js";
import { resolveConfig } from "../lib/training/config/config.js";
import { smallSample } from "./sample.js";
import { temporary } from "./temporary.js";

/**
 * A new folder of runs in which ARCO's default has been trained on the small sample, which this process and those it starts
 * take for the sample: trained once for all files of a test run, each of which has a copy.
 */
export async function trainedDefault(prefix: string): Promise<string> {
  process.env.ARCO_DATA = smallSample();
  const shared = join(process.env.ARCO_CACHE ?? temporary(prefix), "trained");
  await trainRun(resolveConfig({ method: "arco", preset: "smoke" }), { runs: shared, others: "wait", workers: 0 });
  const runs = temporary(prefix);
  const isLock = (path: string) => basename(dirname(path)) === "lock"; // of another file that looks whether it is trained
  cpSync(shared, runs, { recursive: true, filter: (path) => !isLock(path) });
  return runs;
}
