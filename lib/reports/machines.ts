import type { Group } from "../runs/records.js";
import { readEnvironments } from "../runs/run.js";

/** Processor, engine and threads of a run, wherever it was worked on. */
const machinesOf = (folder: string): string[] =>
  readEnvironments(folder).map(
    ({ cpu, engine: { kind, device, threads } }) =>
      `${kind === "cpu" ? cpu : device}, ${threads} thread${threads === 1 ? "" : "s"}`,
  );

/** A sentence where what is compared was trained on different processors or numbers of threads, for these round differently; none where all is alike. */
export function machineNotes(groups: readonly Pick<Group, "runs">[]): string[] {
  const counts = new Map<string, number>();
  for (const { runs } of groups)
    for (const { folder } of runs)
      for (const machine of new Set(machinesOf(folder))) counts.set(machine, (counts.get(machine) ?? 0) + 1);
  if (counts.size < 2) return [];
  const found = [...counts].map(([machine, count]) => `${machine} (${count} run${count === 1 ? "" : "s"})`);
  return [
    `What is compared here was trained on different processors or numbers of threads: ${found.join("; ")}. These round differently, which moves the Dice of a training by up to a point: do not take such a pair's difference for one of the arms.`,
  ];
}
