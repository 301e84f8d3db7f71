import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, onDisk } from "../disk.js";
import type { RunRecord } from "../runs/records.js";

/** What says how a run was made, and its result; the result comes last, since with it the run counts as finished. */
const files = ["config.json", "code.json", "environment.json", "timing.json", "pretraining.json", "metrics.json"];

/**
 * Copies the results of finished runs into another folder of runs, from which tables and curves read them: without weights and predictions, of the logs the
 * validations alone, and scores to six digits where they are defined, so that they can be published. Gives the names of those copied; what is there already stays as it is.
 */
export function exportResults(runs: readonly RunRecord[], to: string): string[] {
  const missing = runs.filter(({ name, metrics }) => metrics && !existsSync(join(to, name, "metrics.json")));
  for (const { folder, name, log } of missing) copyResult(folder, join(to, name), log);
  return missing.map(({ name }) => name);
}

function copyResult(from: string, to: string, log: RunRecord["log"]): void {
  makeFolder(to);
  const rows = log.filter(({ validation }) => validation !== undefined);
  onDisk(to, () => {
    writeFileSync(join(to, "log.jsonl"), rows.map((row) => `${JSON.stringify(row, sixDigits)}\n`).join(""));
    for (const file of files.filter((file) => existsSync(join(from, file)))) {
      const found: unknown = JSON.parse(readFileSync(join(from, file), "utf8"));
      writeFileSync(join(to, file), `${JSON.stringify(found, file === "metrics.json" ? short : undefined)}\n`);
    }
  });
}

/** Sixteen digits of a score make a file half as long again, and no table shows more than four. */
const sixDigits = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;

/** Photographs have no distances: four words in every class of every case. */
const short = (key: string, value: unknown): unknown => (value === null ? undefined : sixDigits(key, value));
