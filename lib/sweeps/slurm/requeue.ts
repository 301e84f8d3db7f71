import { ask } from "./command.js";
import { slurmTask } from "./task.js";

/** Puts the Slurm task that this process is, if it is one, back into the queue; where that fails the next `arco sweep` submits what is missing. */
export function requeue({ onNote }: { onNote?: (words: string) => void } = {}): void {
  const task = slurmTask();
  if (!task) return;
  const answer = ask("scontrol", "requeue", task.id);
  onNote?.(answer.ok ? `requeued task ${task.id}` : `task ${task.id} is not requeued: ${answer.words}`);
}
