import { spawnSync } from "node:child_process";

/** What a command of Slurm answered: `out` where it succeeded, else its `words`. */
export type Answer = { ok: true; out: string } | { ok: false; words: string };

/** Asks a command of Slurm; one that is missing, fails or does not answer within a minute is not a Problem of itself. */
export function ask(command: string, ...words: readonly string[]): Answer {
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: "utf8", timeout: 60_000 });
  if (status === 0) return { ok: true, out: stdout.trim() };
  const lines = (error?.message ?? stderr).split("\n").filter((line) => line.trim() !== "");
  const said = lines.map((line) => line.replace(/^\w+: (error|fatal): /, "")).join("; ");
  return { ok: false, words: `${command}: ${said || `status ${status}`}` };
}
