import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, hostname, platform, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type Engine, engineStartedAfter } from "../engine/start.js";

/** Where and with what a process worked on a run: one entry a process start in environment.json. */
export const environmentSchema = z.object({
  /** Time of day in UTC, ISO 8601. */
  started: z.string(),
  /** Of this library, of Node.js and of the tensor library that really ran. */
  versions: z.object({ arco: z.string(), node: z.string(), engine: z.string() }),
  /** Commit of the checkout; dirty if a tracked file differs from it; null outside git. */
  commit: z.object({ id: z.string(), dirty: z.boolean() }).nullable(),
  engine: z.object({ kind: z.string(), backend: z.string(), device: z.string(), threads: z.number() }),
  /** How many trainings were to run side by side, this one among them. */
  sideBySide: z.number().optional(),
  /** Seconds from the start of the process to that of its engine. */
  startSeconds: z.number().optional(),
  host: z.string(),
  system: z.string(),
  cpu: z.string(),
  cores: z.number(),
  memoryGiB: z.number(),
});
/** What a run was trained on and with. */
export type Environment = z.infer<typeof environmentSchema>;

/** Root of the checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** The environment of this process, now. */
export function environment(
  { kind, backend, device, threads, version }: Engine,
  { sideBySide = 1 }: { sideBySide?: number } = {},
): Environment {
  const startSeconds = engineStartedAfter();
  return {
    started: new Date().toISOString(),
    versions: { arco: ownVersion(), node: process.versions.node, engine: version },
    commit: commit(),
    engine: { kind, backend, device, threads },
    sideBySide,
    ...(startSeconds !== undefined && { startSeconds: Math.round(100 * startSeconds) / 100 }),
    host: hostname(),
    system: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}

/** Version of this library. */
export function ownVersion(): string {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(resolve(root, "lib/package.json"), "utf8")));
  return version;
}

function commit(): Environment["commit"] {
  const git = (...words: string[]) => spawnSync("git", ["-C", root, ...words], { encoding: "utf8" });
  const head = git("rev-parse", "HEAD");
  if (head.status !== 0) return null; // no git, or a checkout without history
  return { id: head.stdout.trim(), dirty: git("status", "--porcelain", "--untracked-files=no").stdout.trim() !== "" };
}
