import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Paired, paired } from "../statistics/paired.js";
import { type PartialConfig, resolveConfig } from "../training/config.js";
import type { Progress } from "../training/loop.js";
import type { Metrics } from "../training/metrics.js";
import type { Config } from "../training/schema.js";
import { type Switch, switches } from "./deviationSwitches.js";
import { readMetrics, runName } from "./run.js";
import { trainOrDiverge } from "./table.js";
import { type Divergence, divergence } from "./tableResult.js";
import type { TrainRunOptions } from "./trainRun.js";

/** What is tried, and on what; the defaults are one training a switch on the sample that comes with the lab. */
export interface DeviationOptions extends Pick<TrainRunOptions, "runs" | "signal" | "workers"> {
  preset?: Config["preset"];
  /** Of the lab's own runs, whose spread is the yardstick. */
  seeds?: readonly number[];
  /** Of each switch; the first of `seeds` unless told otherwise. */
  switchSeeds?: readonly number[];
  /** Changes to every config; what a switch changes wins over them. */
  config?: Omit<PartialConfig, "options">;
  tried?: readonly Switch[];
  onProgress?: (at: {
    arm: { title: string };
    seed: number;
    run: number;
    runs: number;
    progress: Progress;
    secondsLeft: number;
  }) => void;
}

/** What a switch did to the Dice. */
export interface Switched extends Switch {
  /** Finished runs, and where a loss became no number. */
  runs: readonly { folder: string; seed: number; metrics: Metrics }[];
  diverged: readonly Divergence[];
  /** Switched minus lab, in pairs of the same test case, each the mean over the seeds that both have; absent without a run. */
  overCases?: Paired;
  /** Whether its runs have the very results of what it must be equal to. */
  isEqual?: boolean;
}

/** The lab's runs, and one thing changed at a time. */
export interface DeviationStudy {
  preset: Config["preset"];
  labeled: number;
  benchmark: string;
  lab: readonly { folder: string; seed: number; metrics: Metrics }[];
  /** Between the best and the worst of the lab's seeds, Dice from 0 to 1; absent for one seed. */
  apart?: number;
  switched: readonly Switched[];
}

/** Every config that the study needs, the lab's first; each is trained once, and the lab's are ARCO-SG of table 2. */
function configsOf({
  preset = "mini",
  seeds = [0, 1, 2],
  switchSeeds = seeds.slice(0, 1),
  config = {},
  tried = switches,
}: DeviationOptions) {
  const at = (options: Switch["options"]) => (seed: number) =>
    resolveConfig({ ...config, method: "arco", protocol: "lab", preset, seed, options: { sampler: "sg", ...options } });
  const changed = tried.map((one) => ({
    one,
    configs: switchSeeds.map(at(one.options)),
    twins: one.equals ? switchSeeds.map(at(one.equals.options)) : [],
  }));
  return { lab: seeds.map(at({})), changed };
}

/**
 * Trains what is missing and compares each switch with the lab's choice. All runs of a seed start from one pre-training and see the same batches.
 * Throws the signal's reason when it is aborted; what is done is kept.
 */
export async function deviationStudy(options: DeviationOptions): Promise<DeviationStudy> {
  const { runs, signal, workers, onProgress } = options;
  const { lab, changed } = configsOf(options);
  const jobs = [
    ...lab.map((config) => ({ title: "lab", config })),
    ...changed.flatMap(({ one, configs, twins }) => [
      ...configs.map((config) => ({ title: one.title, config })),
      ...twins.map((config) => ({ title: one.equals?.title ?? "", config })),
    ]),
  ];
  const isOpen = ({ config }: { config: Config }) =>
    readMetrics(join(runs, runName(config))) === undefined && divergence(config, runs).length === 0;
  const open = jobs.filter(isOpen);
  for (const [index, { title, config }] of open.entries()) {
    signal?.throwIfAborted();
    const place = { arm: { title }, seed: config.seed, run: index + 1, runs: open.length };
    await trainOrDiverge(config, {
      ...{ runs, signal, workers },
      onProgress: (progress) => {
        const later = (open.length - index - 1) * config.steps * progress.msPerStep;
        onProgress?.({ ...place, progress, secondsLeft: progress.secondsLeft + later / 1000 });
      },
    });
  }
  return studyOf(runs, lab, changed);
}

function studyOf(
  runs: string,
  lab: readonly Config[],
  changed: ReturnType<typeof configsOf>["changed"],
): DeviationStudy {
  const finished = (configs: readonly Config[]) =>
    configs.flatMap((config) => {
      const folder = join(runs, runName(config));
      const metrics = readMetrics(folder);
      return metrics ? [{ folder, seed: config.seed, metrics }] : [];
    });
  const own = finished(lab);
  const dice = own.map(({ metrics }) => metrics.mean.dice);
  const [{ preset, labeled, benchmark }] = lab;
  return {
    ...{ preset, labeled, benchmark, lab: own },
    ...(dice.length > 1 && { apart: Math.max(...dice) - Math.min(...dice) }),
    switched: changed.map(({ one, configs, twins }): Switched => {
      const found = finished(configs);
      const pairs = found.filter(({ seed }) => own.some((run) => run.seed === seed));
      const partners = own.filter(({ seed }) => found.some((run) => run.seed === seed));
      const equals = finished(twins);
      return {
        ...one,
        runs: found,
        diverged: configs.flatMap((config) => divergence(config, runs)),
        ...(pairs.length > 0 && { overCases: paired(perCase(partners), perCase(pairs)) }),
        ...(equals.length > 0 && { isEqual: isDeepStrictEqual(resultsOf(found), resultsOf(equals)) }),
      };
    }),
  };
}

const resultsOf = (runs: DeviationStudy["lab"]) => runs.map(({ metrics }) => metrics.cases);

/** Mean Dice over classes and runs of every test case. */
export function perCase(runs: DeviationStudy["lab"]): number[] {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [first] = runs;
  return first.metrics.cases.map((_, at) =>
    mean(runs.map(({ metrics }) => mean(metrics.cases[at].scores.map(({ dice }) => dice)))),
  );
}
