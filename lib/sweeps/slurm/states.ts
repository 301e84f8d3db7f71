import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Places } from "../places.js";
import { readPlan } from "../plan.js";
import type { SweepStatus } from "../status.js";
import { ask } from "./command.js";
import { jobNameOf, stateOf } from "./queue.js";

/** Says of workers that are gone without a word what Slurm says of their tasks: timed out, preempted, cancelled, or that they were started again. */
export const withSlurm = (status: SweepStatus): SweepStatus => ({
  ...status,
  workers: status.workers.map((worker, _, all) => {
    const { task, state } = worker;
    if (!task || state !== "gone") return worker;
    const again = all.some((other) => other.task?.id === task.id && other.task.restarts > task.restarts);
    return { ...worker, words: again ? "its task was requeued and started again" : stateOf(task.id) };
  }),
});

/** Cancels the tasks of a sweep that still wait, where it was submitted; gives what is to be said of that. */
export function cancelWaiting(places: Places, name: string): string[] {
  if (!existsSync(join(places.folder, "slurm"))) return [];
  const answer = ask("scancel", "--state=PENDING", `--name=${jobNameOf(name, readPlan(places).id)}`);
  return answer.ok
    ? ["tasks that waited are cancelled"]
    : [`tasks that wait are not cancelled (${answer.words}); they end by themselves when they start`];
}
