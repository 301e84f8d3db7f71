import { Problem } from "../../problem.js";
import type { JobsOptions } from "../../runs/jobs.js";
import { trainArms } from "../../runs/trainArms.js";
import type { Config } from "../../training/config/schema.js";
import type { Progress } from "../../training/loop.js";
import { type StepApart, takeApart } from "../step/apart.js";

/** Which steps are looked at, and where the run is. */
export interface TrainedStepsOptions extends Omit<JobsOptions, "onProgress"> {
  /** Steps whose batches are looked at, all with the weights that the run ended with. */
  steps?: readonly number[];
  onProgress?: (progress: Pick<Progress, "step" | "steps">) => void;
}

/** Trains a run to its end, where that was not done, and takes some of its steps apart with its last weights. Throws the signal's reason when it is aborted; what is done is kept. */
export async function trainedSteps(
  config: Config,
  { steps = [0, 1, 2, 3], onProgress, ...options }: TrainedStepsOptions,
): Promise<StepApart[]> {
  const { runs, signal } = options;
  const [{ diverged }] = await trainArms([{ title: config.method, configs: [config] }], {
    ...options,
    onProgress: ({ at: { step, job } }) => onProgress?.({ step, steps: job.config.steps }),
  });
  if (diverged.length > 0)
    throw new Problem(`${config.method}: the loss became no number; there are no weights to look at`);
  const found: StepApart[] = [];
  for (const [at, step] of steps.entries()) {
    signal?.throwIfAborted();
    found.push(await takeApart(config, { runs, step }));
    onProgress?.({ step: at + 1, steps: steps.length });
  }
  return found;
}
