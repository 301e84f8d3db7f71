import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../lib/cli/arco.mjs", import.meta.url));

/** What a command said and how it ended. */
export interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

/** A command at work. */
export interface Working {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves when stderr has said something. */
  says(words: RegExp): Promise<void>;
}

/** Starts `arco` with some words, as a process of its own, of another user where one is named. */
export function start(
  words: readonly string[],
  env: Record<string, string> = {},
  { uid }: { uid?: number } = {},
): Working {
  const child = spawn(process.execPath, [bin, ...words], {
    uid,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (bytes) => (out += bytes));
  child.stderr.on("data", (bytes) => (err += bytes));
  const ended = new Promise<Ended>((resolve) =>
    child.on("close", (status, signal) => resolve({ status, signal, out, err })),
  );
  const says = (expected: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => expected.test(err) && resolve();
      child.stderr.on("data", look);
      child.on("close", () =>
        expected.test(err) ? resolve() : reject(new Error(`ended without ${expected}: ${err}`)),
      );
      look();
    });
  return { child, ended, says };
}

/** Runs a line of bash in which "$@" is `arco` and its words, to its end. */
export function inBash(line: string, words: readonly string[], env: Record<string, string> = {}) {
  const options = { encoding: "utf8", env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", line, "bash", process.execPath, bin, ...words], options);
  return { status, out: stdout, err: stderr };
}

/** Runs `arco` to its end. */
export const arco = (...words: string[]): Promise<Ended> => start(words).ended;

/** A folder that is removed after the tests of a file. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "arco-cli-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Hex sha256 of a file. */
export const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
