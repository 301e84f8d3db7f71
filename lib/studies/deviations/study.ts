import { isDeepStrictEqual } from "node:util";
import { lastValidation, validationByPatient } from "../../reports/rows.js";
import { type Divergence, divergence } from "../../runs/diverged.js";
import type { JobsOptions } from "../../runs/jobs.js";
import type { Group } from "../../runs/records.js";
import { trainArms } from "../../runs/trainArms.js";
import { type Paired, paired } from "../../statistics/paired.js";
import { type PartialConfig, resolveConfig } from "../../training/config/config.js";
import type { Config } from "../../training/config/schema.js";
import { type Switch, switches } from "./switches.js";

/** What is tried, and on what; the defaults are one training a switch on the sample that comes with the lab. */
export interface DeviationOptions extends JobsOptions {
  preset?: Config["preset"];
  /** Of the lab's own runs, whose spread is the yardstick. */
  seeds?: readonly number[];
  /** Of each switch; the first of `seeds` unless told otherwise. */
  switchSeeds?: readonly number[];
  /** Changes to every config; what a switch changes wins over them. */
  config?: Omit<PartialConfig, "options">;
  tried?: readonly Switch[];
}

/** What a switch did to the Dice on the validation cases: the lab's choices follow from it, so that no test case may be looked at. */
export interface Switched extends Switch {
  /** Finished runs, and where a loss became no number. */
  runs: Group["runs"];
  diverged: readonly Divergence[];
  /** Switched minus lab, in pairs of the same validation case, each the mean over the seeds that both have; absent without a run. */
  overCases?: Paired;
  /** Whether its runs have the very results of what it must be equal to. */
  isEqual?: boolean;
}

/** The lab's runs, and one thing changed at a time. */
export interface DeviationStudy {
  preset: Config["preset"];
  labeled: number;
  benchmark: string;
  lab: Group["runs"];
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
  const { lab, changed } = configsOf(options);
  const arms = [
    { title: "lab", configs: lab },
    ...changed.flatMap(({ one, configs, twins }) => [
      { title: one.title, configs },
      { title: one.equals?.title ?? "", configs: twins },
    ]),
  ];
  const [own, ...others] = (await trainArms(arms, options)).map(({ runs }) => runs);
  const [{ preset, labeled, benchmark }] = lab;
  const scores = own.map(({ folder }) => lastValidation(folder).score);
  return {
    ...{ preset, labeled, benchmark, lab: own },
    ...(scores.length > 1 && { apart: Math.max(...scores) - Math.min(...scores) }),
    switched: changed.map(({ one, configs }, at): Switched => {
      const [found, equals] = others.slice(2 * at);
      const pairs = found.filter(({ seed }) => own.some((run) => run.seed === seed));
      const partners = own.filter(({ seed }) => found.some((run) => run.seed === seed));
      return {
        ...one,
        runs: found,
        diverged: configs.flatMap((config) => divergence(config, options.runs)),
        ...(pairs.length > 0 && { overCases: paired(validationByPatient(partners), validationByPatient(pairs)) }),
        ...(equals.length > 0 && { isEqual: isDeepStrictEqual(resultsOf(found), resultsOf(equals)) }),
      };
    }),
  };
}

const resultsOf = (runs: Group["runs"]) => runs.map(({ metrics }) => metrics.cases);
