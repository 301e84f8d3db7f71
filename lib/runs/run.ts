import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { diskProblem, makeFolder, onDisk } from "../disk.js";
import { Problem } from "../problem.js";
import { identityOf } from "../training/config/identity.js";
import { type Config, canonical, configHash, parse, parseConfig } from "../training/config/schema.js";
import { type Metrics, metricsSchema } from "../training/evaluation/metrics.js";
import type { CheckpointName, Journal, LogRow } from "../training/journal.js";
import { type Claim, claim, claimWhenFree, type Waiting } from "./claim.js";
import type { Code } from "./code.js";
import { type Environment, environmentSchema } from "./environment.js";
import { readJson, writeJson } from "./files.js";
import { runFolder, trainingFolder } from "./folder.js";

export { runName } from "./folder.js";

/** Whether a config has its result in a folder of runs, made by whatever code. */
export const isFinished = (runs: string, config: Config): boolean =>
  existsSync(join(runFolder(runs, config), "metrics.json"));

/** Wall times, apart from the log so that equal runs have equal logs: one entry a process that trained. */
export interface Session {
  fromStep: number;
  toStep: number;
  trainSeconds: number;
  /** Share of the training time the step waited for its batch. */
  waitedPercent?: number;
  /** Most memory that the process held after a step, in MiB. */
  peakRssMiB?: number;
}
const sessionSchema = z.object({
  fromStep: z.number(),
  toStep: z.number(),
  trainSeconds: z.number(),
  waitedPercent: z.number().optional(),
  peakRssMiB: z.number().optional(),
});

/** Which pre-training a run starts from: the name of its run, and the sha256 of the file of its last weights. */
export interface Started {
  run: string;
  sha256: string;
}
const startedSchema = z.object({ run: z.string(), sha256: z.string() });

const weightsSchema = z.object({ sha256: z.string() });

/** Which folder a run is opened in: see `trainingFolder`. */
export interface Opening {
  again?: "otherCode" | "any";
  code?: Code;
}

/** A run's folder that this process has claimed before it opens the run. */
export interface Held {
  folder: string;
  claim: Claim;
}

/**
 * Opens the run of a config under a folder of runs: makes it, or continues what is there. This process alone has it until `close`.
 * Throws a Problem when another process has it, when the folder cannot be written, and when what is there is damaged or of another config.
 */
export function openRun(runsFolder: string, config: Config, opening: Opening = {}): Run {
  const folder = trainingFolder(runsFolder, config, opening);
  return onDisk(folder, () => opened(folder, config, claim(prepared(folder))));
}

/**
 * The same as soon as no other process has the run; with `others: "refuse"` one that is alive is a Problem, as it is for `openRun`.
 * What is `held` is opened at once, and stays claimed when the run is closed.
 */
export async function openRunWhenFree(
  runsFolder: string,
  config: Config,
  { again, code, held, ...waiting }: Opening & Waiting & { held?: Held } = {},
): Promise<Run> {
  const folder = trainingFolder(runsFolder, config, { again, code });
  try {
    prepared(folder);
    const kept = held?.folder === folder ? { ...held.claim, release() {} } : undefined;
    return opened(folder, config, kept ?? (await claimWhenFree(folder, waiting)));
  } catch (error) {
    throw diskProblem(folder, error);
  }
}

/** A run's folder with the folders in it. */
function prepared(folder: string): string {
  for (const part of ["checkpoints", "predictions"]) makeFolder(join(folder, part));
  return folder;
}

/** Makes a network file system look anew at what is in a run: it keeps for seconds that a file is not there, unless its folder is opened. */
export function lookAnew(folder: string): void {
  for (const part of [folder, join(folder, "checkpoints")]) if (existsSync(part)) readdirSync(part);
}

function opened(folder: string, config: Config, claimed: Claim): Run {
  try {
    lookAnew(folder);
    return new Run(folder, settle(folder, config), claimed);
  } catch (error) {
    claimed.release();
    throw error;
  }
}

/** Writes config.json into a new run, or makes sure that an old one is this run; gives what is there. */
function settle(folder: string, config: Config): Config {
  const found = settledConfig(folder, config);
  if (found) return found;
  const path = join(folder, "config.json");
  if (existsSync(join(folder, "log.jsonl")))
    throw new Problem(`${path}: missing, but the folder holds a log; ${moveAway}`);
  writeJson(path, config);
  return config;
}

const moveAway = "move the folder away to train this run anew";

/** The config of the run in a folder, undefined where there is none. Throws a Problem where it is that of another run. */
export function settledConfig(folder: string, config: Config): Config | undefined {
  const path = join(folder, "config.json");
  const found = readJson(path, moveAway);
  if (found === undefined) return undefined;
  const before = parseConfig(found, path);
  if (canonical(identityOf(before)) !== canonical(identityOf(config)))
    throw new Problem(
      `${path}: found another config (sha256 ${configHash(before).slice(0, 10)}) than the folder's name says; ${moveAway}`,
    );
  return before;
}

/** One run on disk, held by this process: its config, log, times, metrics and checkpoints. */
export class Run implements Journal {
  readonly folder: string;
  readonly config: Config;
  #log: number;
  #claim: Claim;

  /** Use `openRun`. */
  constructor(folder: string, config: Config, claimed: Claim) {
    this.folder = folder;
    this.config = config;
    this.#claim = claimed;
    this.#log = onDisk(this.path("log.jsonl"), () => openSync(this.path("log.jsonl"), "a"));
  }

  /** Path of something in the run's folder. */
  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  checkpoint(name: CheckpointName): string {
    return this.path("checkpoints", `${name}.safetensors`);
  }

  get logBytes(): number {
    return fstatSync(this.#log).size;
  }

  appendLog(row: LogRow): void {
    this.#claim.check();
    const line = Buffer.from(`${JSON.stringify(row)}\n`);
    onDisk(this.path("log.jsonl"), () => {
      for (let at = 0; at < line.length; ) at += writeSync(this.#log, line, at);
    });
  }

  syncLog(): number {
    this.#claim.check();
    onDisk(this.path("log.jsonl"), () => fsyncSync(this.#log));
    return this.logBytes;
  }

  truncateLog(bytes: number): void {
    const found = this.logBytes;
    if (found < bytes)
      throw new Problem(
        `${this.path("log.jsonl")}: found ${found} bytes, but the checkpoint was saved at ${bytes}; move ${this.folder} away to train this run anew`,
      );
    if (found > bytes) onDisk(this.path("log.jsonl"), () => ftruncateSync(this.#log, bytes));
  }

  /** The result of a finished run, undefined before. */
  readMetrics(): Metrics | undefined {
    return readMetrics(this.folder);
  }

  /** Writes the result; from then on the run is finished and never trained again. */
  writeMetrics(metrics: Metrics): void {
    this.syncLog();
    writeJson(this.path("metrics.json"), metrics);
  }

  /** Environments of the processes that worked on this run so far, oldest first. */
  environments(): Environment[] {
    return readEnvironments(this.folder);
  }

  addEnvironment(entry: Environment): void {
    writeJson(this.path("environment.json"), [...this.environments(), entry]);
  }

  /** Records the pre-training run whose network this one starts from. */
  startedFrom(entry: Started): void {
    writeJson(this.path("pretraining.json"), entry);
  }

  /** Records what `endedWith` gives, so that later changes of the file are noticed. */
  endsWith(sha256: string): void {
    writeJson(this.path("weights.json"), { sha256 });
  }

  addSession(entry: Session): void {
    writeJson(this.path("timing.json"), [...readSessions(this.folder), entry]);
  }

  /** Gives the run back; the object is of no use afterwards. */
  close(): void {
    closeSync(this.#log);
    this.#claim.release();
  }
}

/** The sha256 of the file of weights that the run in a folder, a pre-training, ended with; undefined before. */
export function endedWith(folder: string): string | undefined {
  const path = join(folder, "weights.json");
  const found = readJson(path, "delete it to take the weights as they are");
  return found === undefined ? undefined : parse(weightsSchema, found, path).sha256;
}

/** The result in a run's folder, undefined while it is not finished. */
export function readMetrics(folder: string): Metrics | undefined {
  const path = join(folder, "metrics.json");
  const advice =
    "delete this file and give the run's command again: its last step is kept, only the evaluation is repeated";
  const found = readJson(path, advice);
  return found === undefined ? undefined : parse(metricsSchema, found, path);
}

/** The pre-training that the run in a folder starts from, undefined where there is none, or none yet. */
export function readStarted(folder: string): Started | undefined {
  const path = join(folder, "pretraining.json");
  const found = readJson(path, "delete it: it only records how the run was made");
  return found === undefined ? undefined : parse(startedSchema, found, path);
}

/** Environments of the processes that worked on the run in a folder so far, oldest first. */
export const readEnvironments = (folder: string): Environment[] =>
  readList(join(folder, "environment.json"), environmentSchema);

/** How long a run was trained, a session each. */
export const readSessions = (folder: string): Session[] => readList(join(folder, "timing.json"), sessionSchema);

/** A list in a run's folder, empty if the file is not there. */
export function readList<T>(path: string, schema: z.ZodType<T>): T[] {
  return parse(z.array(schema), readJson(path, "delete it: it only records how the run was made") ?? [], path);
}
