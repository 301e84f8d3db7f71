import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { root, temporary } from "./run.js";

const waits = `
  import { writeFileSync } from "node:fs";
  import { join } from "node:path";
  import { test } from "node:test";
  import { number } from "../lib/number.js";
  test("it is " + number, async () => {
    writeFileSync(join(process.env.ARCO_CACHE, "decoded"), "");
    console.log("writes into " + process.env.ARCO_CACHE);
    await new Promise((resolve) => setTimeout(resolve, number));
  });`;

/** A checkout of two tests: one imports a number from lib and waits for as many milliseconds. */
function checkout(t: TestContext, number: number): string {
  const folder = temporary(t);
  for (const name of ["lib", "test"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "lib/number.ts"), `export const number = ${number};`);
  writeFileSync(join(folder, "test/waits.test.ts"), waits);
  writeFileSync(join(folder, "test/other.test.ts"), 'import { test } from "node:test"; test("another");');
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** What "npm test -- …words" does in a checkout that is set up. */
function npmTest(t: TestContext, folder: string, ...words: string[]) {
  const script = `import { runFiles } from "${join(root, "lib/setup/testFiles.mjs")}";
    await runFiles("${folder}", ${JSON.stringify(words)});`;
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined }; // else node takes its tests for a part of this one
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  t.after(() => child.exitCode ?? child.signalCode ?? kill(child, "SIGKILL"));
  let text = "";
  child.stdout.on("data", (data) => {
    text += data;
  });
  const prints = async (pattern: RegExp) => {
    while (!pattern.test(text)) await once(child.stdout, "data");
    return pattern.exec(text)?.[1] ?? "";
  };
  return { child, prints, ended: once(child, "close").then(() => text) };
}

/** Sends a signal to a process and its children, as the terminal does for Ctrl-C. */
function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid) process.kill(-pid, signal);
}

const caches = (folder: string) => readdirSync(join(folder, "cache/tests"));

test("words choose files; their cache is gone afterwards", async (t) => {
  const folder = checkout(t, 0);
  const text = await npmTest(t, folder, "waits").ended;
  assert.match(text, /✔ it is 0/);
  assert.doesNotMatch(text, /another/);
  assert.match(text, /writes into .*cache\/tests\/./);
  assert.deepEqual(caches(folder), []);
});

test("two at once have a cache each; what a killed one has left goes, what a living one has made stays", async (t) => {
  const folder = checkout(t, 60_000);
  const written = /writes into (\S+)/;
  const [living, killed] = [npmTest(t, folder, "waits"), npmTest(t, folder, "waits")];
  const [mine, left] = await Promise.all([living.prints(written), killed.prints(written)]);
  assert.notEqual(mine, left);
  kill(killed.child, "SIGKILL");
  await killed.ended;
  assert.equal(caches(folder).length, 2);
  await npmTest(t, folder, "other").ended;
  assert.deepEqual(
    caches(folder).map((name) => join(folder, "cache/tests", name)),
    [mine],
  );
  assert.deepEqual(readdirSync(mine), ["decoded"]);
  kill(living.child, "SIGINT");
  await living.ended;
  assert.deepEqual(caches(folder), []);
});

test("a cache of another machine's process goes when a day old", async (t) => {
  const folder = checkout(t, 0);
  for (const name of ["elsewhere.1", "elsewhere.2"]) mkdirSync(join(folder, "cache/tests", name), { recursive: true });
  const yesterday = Date.now() / 1000 - 90_000;
  utimesSync(join(folder, "cache/tests/elsewhere.1"), yesterday, yesterday);
  await npmTest(t, folder, "other").ended;
  assert.deepEqual(caches(folder), ["elsewhere.2"]);
});

test("with --watch a file runs again when something it imports changes, until Ctrl-C", async (t) => {
  const folder = checkout(t, 0);
  const { child, prints, ended } = npmTest(t, folder, "--watch", "waits");
  await prints(/✔ it is 0/);
  const path = join(folder, "lib/number.ts");
  writeFileSync(path, readFileSync(path, "utf8").replace("0", "1"));
  await prints(/✔ it is 1/);
  assert.equal(caches(folder).length, 1, "the cache is kept meanwhile");
  kill(child, "SIGINT");
  await ended;
  assert.deepEqual(caches(folder), []);
});
