import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { onDisk } from "../disk.js";
import { methods } from "../methods/index.js";
import { Problem } from "../problem.js";
import { type Config, parse, parseConfig } from "../training/config/schema.js";
import type { Metrics } from "../training/evaluation/metrics.js";
import type { LogRow } from "../training/journal.js";
import type { Environment } from "./environment.js";
import { readJson } from "./files.js";
import { readEnvironments, readMetrics, readStarted, type Started } from "./run.js";

/** A run as it lies on disk, for reading. */
export interface RunRecord {
  folder: string;
  name: string;
  config: Config;
  environments: Environment[];
  /** Rows of the log so far. */
  log: LogRow[];
  /** The pre-training it starts from; absent where there is none, or none yet. */
  pretraining?: Started;
  /** Absent while the run is not finished. */
  metrics?: Metrics;
}

/** Finished runs that differ in their seed, and in the draw of their labelled cases, alone, under the name they have in tables and figures. */
export interface Group {
  title: string;
  /** Optimiser steps of each run, those of its pre-training first: "100 + 200". */
  updates?: string;
  runs: readonly { folder: string; seed: number; metrics: Metrics }[];
}

/** Whether a run is a pre-training that was trained to its end for others to start from, and not tested itself. */
export const isPretrained = ({ config, log, metrics }: RunRecord): boolean =>
  !metrics && Boolean(methods[config.method]?.pretrains) && log.at(-1)?.step === config.steps;

const rowSchema = z.looseObject({ step: z.number() });

/** The runs under a folder, by name; a folder inside that holds no config.json is not a run. */
export function listRuns(runsFolder: string): RunRecord[] {
  if (!existsSync(runsFolder))
    throw new Problem(`${runsFolder}: no such folder; train something first, for example "npx arco quickstart"`);
  const names = onDisk(runsFolder, () => readdirSync(runsFolder)).sort();
  return names
    .filter((name) => existsSync(join(runsFolder, name, "config.json")))
    .map((name) => readRun(join(runsFolder, name)));
}

/** One run of a folder. Throws a Problem when it is none, or damaged. */
export function readRun(folder: string): RunRecord {
  const path = join(folder, "config.json");
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new Problem(`${folder}: no such run; "npx arco report" lists those there are`);
  const config = parseConfig(readJson(path, "move the folder away: without its config a run means nothing"), path);
  const environments = readEnvironments(folder);
  const pretraining = readStarted(folder);
  return {
    folder,
    name: basename(folder),
    config,
    environments,
    log: readLog(folder),
    ...(pretraining && { pretraining }),
    metrics: readMetrics(folder),
  };
}

/** Rows of a run's log; a last line that is still being written does not count. */
export function readLog(folder: string): LogRow[] {
  const path = join(folder, "log.jsonl");
  if (!existsSync(path)) return [];
  const lines = onDisk(path, () => readFileSync(path, "utf8"))
    .split("\n")
    .slice(0, -1);
  return lines.map((line, at) => {
    try {
      return parse(rowSchema, JSON.parse(line), `${path}:${at + 1}`);
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw new Problem(`${path}:${at + 1}: not a row of JSON; move the folder away to train this run anew`);
    }
  });
}
