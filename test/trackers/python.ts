import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));

/** Where the programs of TensorBoard and MLflow are: an environment of their own, made when it is first needed; the lab itself needs neither. */
export function trackers(): (program: string) => string {
  const digest = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 10);
  const folder = join(root, "cache", "trackers", digest);
  const program = (name: string) => join(folder, "bin", name);
  if (!existsSync(program("mlflow"))) {
    const steps = [
      ["python3", "-m", "venv", folder],
      [program("python"), "-m", "pip", "install", "--quiet", "--only-binary=:all:", "--no-deps", "-r", requirements],
    ];
    for (const [command, ...words] of steps) {
      const { status, stderr } = spawnSync(command, words, { encoding: "utf8" });
      if (status !== 0) rmSync(folder, { recursive: true, force: true });
      assert.equal(status, 0, stderr);
    }
  }
  return program;
}

/** A server at work on a port of its own; ends with this process. */
export async function serve(
  command: string,
  words: (port: number) => readonly string[],
  path: string,
): Promise<{ uri: string; child: ChildProcess }> {
  const port = await freePort();
  const uri = `http://127.0.0.1:${port}`;
  const child = spawn(command, words(port), { stdio: ["ignore", "ignore", "pipe"], detached: true });
  let said = "";
  child.stderr.on("data", (bytes) => (said += bytes));
  after(() => child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, "SIGKILL")); // of a failed test, too
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${uri}${path}`).catch(() => undefined);
    if (answer?.ok) return { uri, child };
    assert.ok(tries < 600 && child.exitCode === null, said);
    await sleep(200);
  }
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    }),
  );
}
