import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** What a process printed and how it ended. */
export interface Ended {
  code: number | null;
  signal: string | null;
  text: string;
}

/** Runs Node with arguments; `until` kills it with -9 as soon as what it printed matches. */
export function node(
  args: string[],
  { env = {}, until }: { env?: NodeJS.ProcessEnv; until?: RegExp } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    const read = (data: Buffer) => {
      text += data;
      if (until?.test(text)) child.kill("SIGKILL");
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("close", (code, signal) => resolve({ code, signal, text }));
  });
}

/** Runs the set-up with everything it makes in another folder than the checkout. */
export const setUp = (home: string, env: NodeJS.ProcessEnv = {}, ...parts: string[]): Promise<Ended> =>
  node([join(root, "lib/setup/setup.mjs"), ...parts], {
    env: { ARCO_HOME: home, ARCO_ENGINE: "cpu", npm_execpath: "", ...env },
  });

/** A folder that goes with the test. */
export function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "arco-setup-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder of commands, each a shell script. */
export function commands(folder: string, scripts: Record<string, string>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}
