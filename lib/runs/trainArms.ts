import { join } from "node:path";
import type { Config } from "../training/config/schema.js";
import type { Progress } from "../training/loop.js";
import { divergence } from "./diverged.js";
import type { Group } from "./records.js";
import { isFinished, readMetrics, runName } from "./run.js";
import { trainOrDiverge } from "./trainOrDiverge.js";
import type { TrainRunOptions } from "./trainRun.js";

/** A way to train under the name it has in figures; its configs differ in their seed alone. */
export interface NamedArm {
  title: string;
  configs: readonly Config[];
}

/** An arm after training; seeds whose loss became no number have no result. */
export interface TrainedArm extends Group {
  configs: readonly Config[];
  /** Seeds without a result. */
  diverged: readonly number[];
}

/** How far the whole is. */
export interface ArmsProgress {
  arm: { title: string };
  seed: number;
  run: number;
  runs: number;
  progress: Progress;
  secondsLeft: number;
}

/** Where the runs are, and who is told. */
export interface TrainArmsOptions extends Pick<TrainRunOptions, "runs" | "signal" | "workers"> {
  onProgress?: (progress: ArmsProgress) => void;
}

/** Trains what is missing of some arms, continues what is half done, and reads the results from the disk. Throws the signal's reason when it is aborted; what is done is kept. */
export async function trainArms(
  arms: readonly NamedArm[],
  { runs, signal, workers, onProgress }: TrainArmsOptions,
): Promise<TrainedArm[]> {
  const isOpen = (config: Config) => !isFinished(runs, config) && divergence(config, runs).length === 0;
  const open = new Map(
    arms.flatMap((arm) => arm.configs.filter(isOpen).map((config) => [runName(config), { arm, config }] as const)),
  );
  for (const [at, { arm, config }] of [...open.values()].entries()) {
    signal?.throwIfAborted();
    const later = [...open.values()].slice(at + 1).reduce((steps, job) => steps + job.config.steps, 0);
    await trainOrDiverge(config, {
      runs,
      signal,
      workers,
      onProgress: (progress) =>
        onProgress?.({
          arm,
          seed: config.seed,
          run: at + 1,
          runs: open.size,
          progress,
          secondsLeft: progress.secondsLeft + (later * progress.msPerStep) / 1000,
        }),
    });
  }
  return arms.map(({ title, configs }) => {
    const found = configs.map((config) => ({ config, folder: join(runs, runName(config)) }));
    const measured = found.map((one) => ({ ...one, metrics: readMetrics(one.folder) }));
    return {
      title,
      configs,
      runs: measured.flatMap(({ config: { seed }, folder, metrics }) => (metrics ? [{ folder, seed, metrics }] : [])),
      diverged: measured.flatMap(({ config: { seed }, metrics }) => (metrics ? [] : [seed])),
    };
  });
}
