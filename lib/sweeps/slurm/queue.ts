import { Problem } from "../../problem.js";
import { type Answer, ask } from "./command.js";

/** What the tasks of a sweep are called in Slurm; their name tells whose they are, even where whoever submitted them died before it could say so. */
export const jobNameOf = (name: string, id: string): string => `arco-${name}-${id}`;

/** The tasks that wait or run under a name, by "123_4"; or that Slurm does not say. */
export function tasksInQueue(jobName: string): { tasks: ReadonlyMap<string, string> } | Extract<Answer, { ok: false }> {
  const answer = ask("squeue", "--noheader", "--array", `--name=${jobName}`, "--format=%i %T");
  if (!answer.ok) return answer;
  const lines = answer.out.split("\n").filter((line) => line !== "");
  return { tasks: new Map(lines.map((line) => line.trim().split(/\s+/, 2) as [string, string])) };
}

/** Number of tasks that an array may have, by Slurm's own setting: it caps the index. */
export function mostTasks(): number {
  const answer = ask("scontrol", "show", "config");
  if (!answer.ok) throw new Problem(`Slurm does not answer (${answer.words}); nothing was submitted`);
  const [, most] = /^MaxArraySize\s*=\s*(\d+)/m.exec(answer.out) ?? [];
  if (most === undefined) throw new Problem('scontrol: found no MaxArraySize in what "scontrol show config" says');
  return Number(most);
}

/** What became of a task, in Slurm's word such as TIMEOUT, PREEMPTED, CANCELLED, NODE_FAIL: as it remembers it, or its accounting does. */
export function stateOf(task: string): string {
  const known = ask("scontrol", "--oneliner", "show", "job", task);
  const [, state] = known.ok ? (/\bJobState=(\S+)/.exec(known.out) ?? []) : [];
  if (state !== undefined) return state;
  const words = ["--noheader", "--allocations", "--format=State", "--starttime=now-90days", `--jobs=${task}`]; // else it begins at midnight
  const kept = ask("sacct", ...words);
  return (kept.ok && kept.out.split("\n")[0].trim()) || "unknown: Slurm does not remember it";
}
