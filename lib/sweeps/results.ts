import { benchmarks } from "../benchmarks/index.js";
import { lookUp } from "../lookUp.js";
import { finishedRuns } from "../runs/finished.js";
import { summary } from "../statistics/summary.js";
import { type Measure, measureOf, scoreIn } from "../training/evaluation/measure.js";
import { plusMinus } from "../written.js";
import type { Places } from "./places.js";
import { readPlan } from "./plan.js";

/** The scores of an arm so far, as mean and standard deviation of its finished runs. */
export interface ArmScores {
  title: string;
  runs: number;
  of: number;
  /** "Dice", of photographs "mIoU". */
  measure: Measure;
  score: string;
  assd: string;
}

/** The scores of a sweep's arms so far; "arco table NUMBER --trained" puts those of a table beside what is published. */
export function sweepResults(places: Places): ArmScores[] {
  const arms = new Map<string, Parameters<typeof finishedRuns>[0][number][]>();
  for (const { titles, phase, config } of readPlan(places).jobs)
    if (phase === "training") for (const title of titles) arms.set(title, [...(arms.get(title) ?? []), config]);
  return [...arms].map(([title, configs]) => {
    const runs = finishedRuns(configs, places.runs);
    const score = plusMinus(summary(runs.map(({ metrics }) => scoreIn(metrics))), 3);
    const assd = plusMinus(summary(runs.flatMap(({ metrics: { mean } }) => mean.assd ?? [])), 2);
    const measure = measureOf(lookUp(benchmarks, configs[0].benchmark, "benchmark"));
    return { title, runs: runs.length, of: configs.length, measure, score, assd };
  });
}
