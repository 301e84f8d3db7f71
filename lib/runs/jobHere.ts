import { DiskProblem } from "../disk.js";
import { Problem } from "../problem.js";
import { codeOf } from "./code.js";
import { runName } from "./folder.js";
import type { Ended, Heard, Order } from "./jobMessages.js";
import { pretrain } from "./pretraining.js";
import type { TrainRunOptions } from "./training.js";
import { trainRun } from "./trainRun.js";

/** Trains one run in this process, and says how it ended instead of throwing. */
export async function trainHere(
  { phase, config, digest, ...options }: Order,
  {
    signal,
    hear,
    codes = codeOf,
    held,
  }: { signal: AbortSignal; hear: (heard: Heard) => void } & Pick<TrainRunOptions, "codes" | "held">,
): Promise<Ended> {
  if (digest !== undefined && codes(config).digest !== digest)
    return {
      kind: "failed",
      message: `${runName(config)}: the code was changed while trainings were at work, so this one would be another code's; the same command trains it with today's`,
    };
  const told = {
    ...options,
    codes,
    signal,
    held,
    others: "wait",
    onProgress(progress) {
      const before = progress.steps - config.steps; // steps of what comes before are another job's
      const own = { ...progress, step: Math.max(0, progress.step - before), steps: config.steps };
      hear({ kind: "step", progress: own, rss: process.memoryUsage.rss() });
    },
    onCase: (done, cases) => hear({ kind: "case", done, cases }),
    onWait: (words) => hear({ kind: "waiting", words }),
    onNote: (words) => hear({ kind: "note", words }),
  } satisfies Parameters<typeof trainRun>[1];
  try {
    const { finished } = await (phase === "pretraining" ? pretrain(config, told) : trainRun(config, told));
    return { kind: finished ? "finished" : "stopped" };
  } catch (error) {
    if (signal.aborted && error === signal.reason) return { kind: "stopped" };
    const message = error instanceof Error ? error.message : String(error);
    return {
      kind: "failed",
      message,
      ...(error instanceof DiskProblem && { disk: { path: error.path, reason: error.reason } }),
      ...(!(error instanceof Problem) && { stack: error instanceof Error ? error.stack : message }),
    };
  }
}
