import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../training/config/schema.js";
import { divergedAt } from "./diverged.js";
import { readLog } from "./records.js";

/** Whether a training is for others to start from and not tested itself. */
export type Phase = "pretraining" | "training";

/** How far a run is: "diverged" where its loss became no number; it is not trained again. */
export interface RunState {
  state: "finished" | "half" | "missing" | "diverged";
  /** Steps that are done; where it diverged, the step at which it did. */
  step: number;
}

/** How far the run in a folder is. A pre-training has no result of its own: it is finished when its last step is saved. */
export function runState(folder: string, { steps }: Config, phase: Phase): RunState {
  if (existsSync(join(folder, "metrics.json"))) return { state: "finished", step: steps };
  const end = divergedAt(folder);
  if (end !== undefined) return { state: "diverged", step: end };
  const step = readLog(folder).at(-1)?.step ?? 0;
  const isSaved = existsSync(join(folder, "checkpoints", "last.safetensors"));
  if (phase === "pretraining" && isSaved && step === steps) return { state: "finished", step };
  return { state: isSaved ? "half" : "missing", step: isSaved ? step : 0 };
}
