import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";

const root = resolve(import.meta.dirname, "../..");

/** What a new process says that runs a program under some environment. */
function run(program: string, environment: Record<string, string> = {}): string {
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    cwd: root,
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  return stdout + stderr;
}

/** What a new process says that starts the engine under some environment. */
const start = (environment: Record<string, string>, kind = ""): string =>
  run(
    `import { startEngine } from "./lib/engine/start.ts"; startEngine(${kind}).then((e) => console.log(e.kind, e.threads), (e) => console.log(e.name, e.message));`,
    environment,
  );

test("an unknown engine or a wrong number of threads is a Problem that says what is expected", () => {
  assert.match(
    start({ ARCO_ENGINE: "gpu" }),
    /^Problem ARCO_ENGINE: found "gpu", expected one of cpu, cuda, webgpu, js/,
  );
  const processors = availableParallelism();
  for (const found of ["two", "0", "-1", "1.5", "999999", String(processors + 1)])
    assert.equal(
      start({ ARCO_THREADS: found }),
      `Problem ARCO_THREADS: found "${found}", expected a whole number from 1 to ${processors}, the processors of this machine\n`,
    );
});

test("a number of threads that is passed in, as that of a run which a larger machine began, may be larger", () => {
  const more = availableParallelism() + 1;
  assert.equal(start({ ARCO_THREADS: "" }, `"cpu", ${more}`), `cpu ${more}\n`);
});

test("a tensor before the engine is started is a Problem, and nothing runs in plain JavaScript unasked", () => {
  const program = `
    import { stream, unet } from "./lib/index.ts";
    import * as tf from "./lib/engine/tf.ts";
    for (const make of [() => unet({ channels: 1, classes: 4 }).init(stream(0, "init")), () => tf.scalar(1), () => tf.fill([2], 1), () => tf.zeros([2])])
      try { console.log(String(make())); } catch (error) { console.log(error.name, error.message); }`;
  const lines = run(program).trim().split("\n");
  const problem = "Problem the engine is not started: call `await startEngine()` before the first tensor";
  assert.deepEqual(
    lines.filter((line) => line !== problem),
    ["Error Kernel 'Fill' not registered for backend 'none, for startEngine() was not called'"],
  );
  assert.equal(lines.length, 4);
});

test("the engine starts without a word, with the threads that are asked for, and lets the process end", () => {
  assert.equal(start({ ARCO_ENGINE: "cpu", ARCO_THREADS: "1" }), "cpu 1\n");
});

test("a process has one engine: asking for another is a Problem", async () => {
  assert.equal((await startEngine("js")).kind, "js");
  assert.equal(await startEngine("js"), await startEngine());
  await assert.rejects(startEngine("cpu"), { name: "Problem", message: /runs the engine "js", "cpu" was asked for/ });
});
