import type { Config } from "../training/config/schema.js";
import { updatesOf } from "../training/config/updates.js";
import { finishedRuns } from "./finished.js";
import { type Arm, jobsOf } from "./job.js";
import { type JobsOptions, runJobs, throwFailures } from "./jobs.js";
import type { Group } from "./records.js";

/** An arm after training; seeds whose loss became no number have no result. */
export interface TrainedArm extends Group {
  configs: readonly Config[];
  /** Seeds without a result. */
  diverged: readonly number[];
}

/** Trains what is missing of some arms, continues what is half done, and reads the results from the disk. Throws the signal's reason when it is aborted; what is done is kept. */
export async function trainArms(arms: readonly Arm[], options: JobsOptions): Promise<TrainedArm[]> {
  const { runs } = options;
  throwFailures(await runJobs(jobsOf(arms), options), { diverged: true });
  return arms.map(({ title, configs }) => {
    const done = finishedRuns(configs, runs);
    const isDone = ({ seed, labeledSeed }: Config) =>
      done.some((run) => run.seed === seed && run.metrics.labeledSeed === labeledSeed);
    return {
      title,
      ...(configs.length > 0 && { updates: updatesOf(configs[0]) }),
      configs,
      runs: done,
      diverged: configs.filter((config) => !isDone(config)).map(({ seed }) => seed),
    };
  });
}
