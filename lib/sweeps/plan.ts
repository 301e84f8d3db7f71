import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { makeFolder, onDisk, writeWhole } from "../disk.js";
import { Problem } from "../problem.js";
import { claimWhenFree } from "../runs/claim.js";
import { type Code, codeOf } from "../runs/code.js";
import type { Job } from "../runs/job.js";
import { type Config, canonical, configSchema, parse } from "../training/config/schema.js";
import type { Places } from "./places.js";

/** A training of a plan. Its config is checked when it is trained. */
export interface PlannedJob extends Job {
  /** Its place in the plan, from 0. */
  at: number;
  needs: readonly PlannedJob[];
  /** Digest of the code that it is meant to be trained with. */
  code: string;
  /** Whether what other code has made is trained anew, beside the old one. */
  again: boolean;
  /** Whether what other code has trained half is continued. */
  goOn: boolean;
}

/** Which trainings there are: a file that is written once, extended by the same command, and never edited. */
export interface Plan {
  /** Tells it from every other plan, whatever those are called. */
  id: string;
  /** CPU threads of every training, for results are bit-equal only for equal numbers of them. */
  threads: number;
  /** Modules that register what the configs name, as `--import` takes them. */
  imports: readonly string[];
  jobs: readonly PlannedJob[];
  /** The codes of the jobs by their digests. */
  codes: ReadonlyMap<string, Code>;
}

// The lines of the file: first what all have in common, then codes and trainings as they come; a later line on a training takes the place of an earlier one.
const headSchema = z.object({
  id: z.string(),
  common: configSchema,
  threads: z.number(),
  imports: z.array(z.string()),
});
const codeSchema = z.object({ code: z.string(), files: z.record(z.string(), z.string()) });
const jobSchema = z.object({
  run: z.string(),
  phase: z.enum(["pretraining", "training"]),
  titles: z.array(z.string()),
  needs: z.array(z.string()).optional(),
  by: z.string(),
  again: z.boolean().optional(),
  goOn: z.boolean().optional(),
  /** Fields of the config that differ from `common`. */
  changes: z.record(z.string(), z.unknown()),
});
type Head = z.infer<typeof headSchema>;
type Line = z.infer<typeof jobSchema>;

/** Reads a plan. Throws a Problem where there is none, or a line of it is damaged. */
export function readPlan({ plan: path }: Pick<Places, "plan">): Plan {
  if (!existsSync(path)) throw new Problem(`${path}: no such plan; "arco sweep NAME --help" says how to begin one`);
  return planOf(
    onDisk(path, () => readFileSync(path, "utf8")),
    path,
  );
}

/** What tells a plan from the same one after it was extended. */
export function stampOf({ plan }: Pick<Places, "plan">): string {
  const { ino, size } = onDisk(plan, () => statSync(plan));
  return `${ino} ${size}`;
}

function planOf(text: string, path: string): Plan {
  const [first, ...rest] = text.trimEnd().split("\n");
  const { id, common, threads, imports } = readLine(headSchema, first, `${path}:1`);
  const codes = new Map<string, Code>();
  const jobs = new Map<string, PlannedJob>();
  for (const [at, line] of rest.entries()) {
    const where = `${path}:${at + 2}`;
    if (line.startsWith('{"code"')) {
      const { code: digest, files } = readLine(codeSchema, line, where);
      codes.set(digest, { digest, files });
      continue;
    }
    const {
      run,
      phase,
      titles,
      needs = [],
      by,
      again = false,
      goOn = false,
      changes,
    } = readLine(jobSchema, line, where);
    const need = (name: string) => {
      const found = jobs.get(name);
      if (!found) throw new Problem(`${where}: needs ${name}, which no line before it names; ${planAnew}`);
      return found;
    };
    const job = {
      ...{ name: run, at: jobs.get(run)?.at ?? jobs.size, phase, titles, needs: needs.map(need), code: by, again },
      ...{ goOn, config: { ...common, ...changes } },
    };
    const before = jobs.get(run);
    if (before) Object.assign(before, job);
    else jobs.set(run, job);
  }
  return { id, threads, imports, jobs: [...jobs.values()], codes };
}

const planAnew = "move the plan away and give the sweep's command again: finished runs are kept";

function readLine<T>(schema: z.ZodType<T>, line: string, where: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Problem(`${where}: not a line of JSON; ${planAnew}`);
  }
  return parse(schema, value, where);
}

/** What a plan is made of, beside its jobs. */
export interface Planning extends Pick<Plan, "threads" | "imports"> {
  again?: boolean;
  goOn?: boolean;
  onWait?: (words: string) => void;
}

/**
 * Begins a plan, or adds to it what it lacks, and what today's code would train otherwise; gives how many trainings were added. Whoever reads it meanwhile
 * sees it before or after. Throws a Problem where it was begun with other threads or modules.
 */
export async function extendPlan(places: Places, jobs: readonly Job[], options: Planning): Promise<number> {
  const { again = false, goOn = false, threads, imports, onWait } = options;
  makeFolder(places.folder);
  const claimed = await claimWhenFree(places.folder, { onWait });
  try {
    const text = existsSync(places.plan) ? readFileSync(places.plan, "utf8") : "";
    const known = text === "" ? undefined : planOf(text, places.plan);
    if (jobs.length === 0 && !known)
      throw new Problem(`${places.plan}: found nothing to train; give a table, a grid or configs`);
    const begun = known && { threads: known.threads, imports: known.imports };
    if (begun && canonical(begun) !== canonical({ threads, imports }))
      throw new Problem(
        `${places.plan}: begun with ${toldOf(begun)}, found ${toldOf({ threads, imports })}; results are comparable only if all are trained alike: choose another name for the sweep`,
      );
    const lines: string[] = [];
    const head: Head = known
      ? readHead(text, places)
      : { id: randomBytes(4).toString("hex"), common: jobs[0].config, threads, imports: [...imports] };
    if (!known) lines.push(JSON.stringify(head));
    const common = new Map(Object.entries(head.common).map(([key, value]) => [key, canonical(value)]));
    const codes = new Set(known?.codes.keys());
    const before = new Map(known?.jobs.map((job) => [job.name, job]));
    for (const job of jobs) {
      const code = codeOf(job.config);
      const old = before.get(job.name);
      const phase = old?.phase === "training" ? "training" : job.phase;
      if (old && old.code === code.digest && old.phase === phase && old.again === again && old.goOn === goOn) continue;
      if (!codes.has(code.digest)) lines.push(JSON.stringify({ code: code.digest, files: code.files }));
      codes.add(code.digest);
      const needs = job.needs.map(({ name }) => name);
      const line: Line = {
        ...{ run: job.name, phase, titles: [...job.titles], by: code.digest },
        ...(needs.length > 0 && { needs }),
        ...(again && { again }),
        ...(goOn && { goOn }),
        changes: changesOf(job.config, common),
      };
      lines.push(JSON.stringify(line));
    }
    if (lines.length > 0) writeWhole(places.plan, `${text}${lines.join("\n")}\n`);
    return jobs.filter(({ name }) => !before.has(name)).length;
  } finally {
    claimed.release();
  }
}

const readHead = (text: string, { plan }: Places) =>
  readLine(headSchema, text.slice(0, text.indexOf("\n")), `${plan}:1`);

const toldOf = ({ threads, imports }: Pick<Plan, "threads" | "imports">) =>
  `${threads} thread${threads === 1 ? "" : "s"}${imports.length > 0 ? ` and ${imports.join(", ")}` : ""}`;

const changesOf = (config: Config, common: ReadonlyMap<string, string>) =>
  Object.fromEntries(Object.entries(config).filter(([key, value]) => common.get(key) !== canonical(value)));
