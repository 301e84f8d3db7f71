import { type TrainRunOptions, trainRun } from "../../runs/trainRun.js";
import type { Config } from "../../training/config/schema.js";
import type { Progress } from "../../training/loop.js";
import { type StepApart, takeApart } from "../step/apart.js";

/** Which steps are looked at, and where the run is. */
export interface TrainedStepsOptions extends Pick<TrainRunOptions, "runs" | "signal" | "workers"> {
  /** Steps whose batches are looked at, all with the weights that the run ended with. */
  steps?: readonly number[];
  onProgress?: (progress: Pick<Progress, "step" | "steps">) => void;
}

/** Trains a run to its end, where that was not done, and takes some of its steps apart with its last weights. Throws the signal's reason when it is aborted; what is done is kept. */
export async function trainedSteps(
  config: Config,
  { runs, signal, workers, steps = [0, 1, 2, 3], onProgress }: TrainedStepsOptions,
): Promise<StepApart[]> {
  const outcome = await trainRun(config, { runs, signal, workers, onProgress });
  if (!outcome.finished) throw signal?.reason;
  const found: StepApart[] = [];
  for (const [at, step] of steps.entries()) {
    signal?.throwIfAborted();
    found.push(await takeApart(config, { runs, step }));
    onProgress?.({ step: at + 1, steps: steps.length });
  }
  return found;
}
