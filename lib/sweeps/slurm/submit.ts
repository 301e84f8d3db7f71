import { readdirSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, writeWhole } from "../../disk.js";
import { Problem } from "../../problem.js";
import { claimWhenFree } from "../../runs/claim.js";
import { inShell } from "../../shell.js";
import { arcoCommand } from "../here.js";
import type { Places } from "../places.js";
import { ask } from "./command.js";
import { mostTasks, tasksInQueue } from "./queue.js";

/** What workers are asked of Slurm. */
export interface SlurmOptions {
  partition?: string;
  /** Time limit of a task, as Slurm writes it. */
  time?: string;
  /** Tasks that run at once; each is a worker. */
  maxRunning: number;
  /** Tasks that are submitted, by default as many as run at once. */
  tasks?: number;
  cpus?: number;
  gpus?: number;
  memory?: string;
  /** Lines of bash before a worker starts, as `module load cuda`. */
  setUp?: readonly string[];
  /** Further options of sbatch. */
  sbatch?: readonly string[];
  /** Seconds before the time limit at which a worker is told, to save and requeue itself. */
  grace?: number;
}

/** What was submitted: the numbers of the arrays, their tasks, and those that waited or ran before. */
export interface Submitted {
  arrays: readonly string[];
  tasks: number;
  before: number;
  /** Why not all were taken: what sbatch said. */
  refused?: string;
}

/**
 * Submits workers for so many open trainings as job arrays, as many as are lacking beside those that wait or run; two that launch at once do it one after
 * the other. Throws a Problem where Slurm does not say what is there, for then nothing must be submitted, and where sbatch takes nothing.
 */
export async function submit(
  places: Places,
  jobName: string,
  open: number,
  options: SlurmOptions & { onWait?: (words: string) => void },
): Promise<Submitted> {
  const { maxRunning, tasks = maxRunning, onWait } = options;
  const claimed = await claimWhenFree(places.folder, { onWait });
  try {
    const queue = tasksInQueue(jobName);
    if (!("tasks" in queue))
      throw new Problem(
        `Slurm does not say what waits or runs already (${queue.words}); nothing was submitted, for it might be there twice then: give the same command again when it answers`,
      );
    const before = queue.tasks.size;
    const missing = Math.max(0, Math.min(open, tasks) - before);
    const most = missing > 0 ? mostTasks() : 1;
    const arrays: string[] = [];
    const sizes = Array.from({ length: Math.ceil(missing / most) }, (_, at) => Math.min(most, missing - at * most));
    for (const [at, size] of sizes.entries()) {
      const atOnce = Math.max(1, Math.floor(maxRunning / sizes.length));
      const answer = ask(
        "sbatch",
        ...wordsOf(places, jobName, options),
        ...arrayOf(size, atOnce),
        script(places, options),
      );
      if (answer.ok) arrays.push(answer.out.split(";")[0]);
      else if (at === 0) throw new Problem(`nothing was submitted: ${answer.words}`);
      else return { arrays, tasks: at * most, before, refused: answer.words };
    }
    return { arrays, tasks: missing, before };
  } finally {
    claimed.release();
  }
}

const arrayOf = (size: number, atOnce: number) => [`--array=0-${size - 1}${atOnce < size ? `%${atOnce}` : ""}`];

function wordsOf({ logs }: Places, jobName: string, options: SlurmOptions): string[] {
  const { partition, time, cpus, gpus, memory, sbatch = [], grace = 120 } = options;
  makeFolder(logs);
  const asked = { partition, time, "cpus-per-task": cpus, gpus, mem: memory };
  const given = Object.entries(asked).flatMap(([key, value]) => (value === undefined ? [] : [`--${key}=${value}`]));
  return [
    ...["--parsable", `--job-name=${jobName}`, `--output=${join(logs, "%A_%a.log")}`, "--open-mode=append"],
    ...["--requeue", `--signal=B:USR1@${grace}`, ...given, ...sbatch],
  ];
}

/** Writes the script of a task; "exec" makes the worker the process that Slurm tells. */
function script({ folder }: Places, { setUp = [], maxRunning }: SlurmOptions): string {
  const slurm = join(folder, "slurm");
  makeFolder(slurm);
  const path = join(slurm, `${readdirSync(slurm).length + 1}.sh`);
  const words = [process.execPath, arcoCommand, "work", folder, "--among", String(maxRunning)];
  writeWhole(path, ["#!/bin/bash", ...setUp, `exec ${words.map(inShell).join(" ")}`, ""].join("\n"));
  return path;
}
