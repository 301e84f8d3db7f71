import { readLog } from "./records.js";

/**
 * The step at which the loss of a run stopped being a number; undefined where it did not. The loop writes that step into the log and ends there,
 * and as a run depends on its config alone it would end there again.
 */
export function divergedAt(folder: string): number | undefined {
  const last = readLog(folder).at(-1);
  return last && "loss" in last && typeof last.loss !== "number" ? last.step : undefined; // JSON has null for what is no number
}
