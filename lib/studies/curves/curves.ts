import { benchmarks } from "../../benchmarks/index.js";
import { lookUp } from "../../lookUp.js";
import { Problem } from "../../problem.js";
import { codeNotes } from "../../reports/codes.js";
import { machineNotes } from "../../reports/machines.js";
import { sharedRuns, validationsIn } from "../../reports/rows.js";
import { type ArmResult, sumUp, type Verdict, verdicts } from "../../reports/verdict.js";
import { costBefore, secondsAt } from "../../runs/cost.js";
import { finishedRuns } from "../../runs/finished.js";
import { runFolder } from "../../runs/folder.js";
import { jobsOf } from "../../runs/job.js";
import { type JobsOptions, runJobs, throwFailures } from "../../runs/jobs.js";
import { readLog } from "../../runs/records.js";
import { readSessions } from "../../runs/run.js";
import type { Config } from "../../training/config/schema.js";
import { stepsOf, updatesOf } from "../../training/config/updates.js";
import { type Measure, measureOf } from "../../training/evaluation/measure.js";
import { type ArmsChoice, armsOf } from "./arms.js";

/** What is compared, and which arms with which. */
export interface CurvesChoice extends ArmsChoice {
  /** Pairs of arms by their names or titles, [baseline, arm]; every arm with the first one unless told otherwise. */
  compare?: readonly (readonly [baseline: string, arm: string])[];
}

/** A validation during a training, and what it had cost by then, its pre-training counted. */
export interface CurvePoint {
  seed: number;
  draw: number;
  /** Optimiser steps. */
  updates: number;
  /** Images through the student, forwards and backwards. */
  images: number;
  /** As measured, with whatever else the machine did. */
  seconds: number;
  /** Validation Dice, of photographs the mIoU. */
  score: number;
}

/** An arm's curve and results, also of trainings that are not finished. */
export interface CurveArm extends ArmResult {
  points: readonly CurvePoint[];
  /** Optimiser steps of each training, those of its pre-trainings first. */
  steps: readonly number[];
  /** Trainings that were asked for. */
  asked: number;
}

/** How arms learn, and where they end. */
export interface LearningCurves {
  benchmark: string;
  title: string;
  phantom: boolean;
  unit: "mm" | "voxel";
  /** What trainings are judged by. */
  measure: Measure;
  /** The config of the first arm's first training, for what all have in common. */
  config: Config;
  arms: readonly CurveArm[];
  verdicts: readonly Verdict[];
  /** What was made by other code than today's, or on different machines. */
  codes: readonly string[];
}

/** Trains what is missing of some arms, continues what is half done, and gives their curves. The numbers come from the runs on disk alone. Throws the signal's reason when it is aborted; what is done is kept. */
export async function learningCurves(options: CurvesChoice & JobsOptions): Promise<LearningCurves> {
  throwFailures(await runJobs(jobsOf(armsOf(options)), options), { diverged: true });
  return curvesSoFar(options);
}

/** The curves as far as the runs of a folder have them; trains nothing. */
export function curvesSoFar({ runs, compare, ...choice }: CurvesChoice & { runs: string }): LearningCurves {
  const found = armsOf(choice);
  const arms = found.map(({ name, title, configs }): CurveArm => {
    const [{ labeled }] = configs;
    const result = sumUp({ name, title, labeled, updates: updatesOf(configs[0]) }, finishedRuns(configs, runs));
    return {
      ...result,
      steps: stepsOf(configs[0]),
      asked: configs.length,
      points: configs.flatMap((config) => pointsOf(runs, config)),
    };
  });
  const [first, ...others] = arms;
  const pairs = compare?.map(([baseline, arm]) => [armNamed(arms, baseline), armNamed(arms, arm)] as const);
  const comparable = (pairs ?? others.map((arm) => [first, arm] as const)).filter(
    (pair) => sharedRuns(...pair).length > 0,
  );
  const {
    name: benchmark,
    title,
    phantom,
    unit,
    kind,
  } = lookUp(benchmarks, found[0].configs[0].benchmark, "benchmark");
  return {
    ...{ benchmark, title, phantom, unit },
    measure: measureOf({ kind }),
    config: found[0].configs[0],
    arms,
    verdicts: verdicts(comparable),
    codes: [...codeNotes(arms), ...machineNotes(arms)],
  };
}

function armNamed(arms: readonly CurveArm[], given: string): CurveArm {
  const found = arms.find(({ name, title }) => title === given || name === given);
  if (!found)
    throw new Problem(`compare: found "${given}", expected one of ${arms.map(({ title }) => title).join(", ")}`);
  return found;
}

function pointsOf(runs: string, config: Config): CurvePoint[] {
  const folder = runFolder(runs, config);
  const times = readSessions(folder);
  const before = costBefore(folder, config);
  const images = config.batch.labeled + config.batch.unlabeled;
  return validationsIn(readLog(folder)).map(({ step, score }) => ({
    ...{ seed: config.seed, draw: config.labeledSeed },
    updates: before.updates + step,
    images: before.images + step * images,
    seconds: before.seconds + secondsAt(times, step),
    score,
  }));
}
