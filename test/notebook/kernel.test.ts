import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
mkdirSync(join(root, "test-results"), { recursive: true });
const folder = mkdtempSync(join(root, "test-results", "kernel-")); // inside the checkout, as every notebook
after(() => rmSync(folder, { recursive: true }));

/** Runs kernel.py on cells and gives what it printed; rejects with its error output if it fails. */
function drive(mode: "execute" | "session", cells: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL("kernel.py", import.meta.url));
    const child = spawn(join(root, ".venv", "bin", "python"), [script, mode, folder]);
    let out = "";
    let errors = "";
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      errors += data;
    });
    child.on("close", (code) => (code === 0 ? resolve(out) : reject(new Error(errors))));
    child.stdin.end(JSON.stringify(cells));
  });
}

const notebook = [
  `import { stream } from "arco"`,
  `const rng = stream(7, "notebook");
rng.uniform()`,
  `const wrong: string = rng;`,
  `throw new RangeError("too far")`,
  `globalThis[Symbol.for("arco.bundle")]({ "text/plain": "a figure", "image/png": "AAAA" }, { id: "figure" });
globalThis[Symbol.for("arco.bundle")]({ "text/plain": "a later figure" }, { id: "figure", update: true });`,
  `await Promise.resolve(6 * 7)`,
  `const own = 3;
JSON.stringify([{ own, rng }, ((own: number) => ({ own }))(4)].map((one) => Object.keys(one).length + one.own))`,
];

test("a notebook imports the library, shows errors in red and counts its cells; two executions give the same bytes", async () => {
  const text = await drive("execute", notebook);
  const { cells } = JSON.parse(text);
  const counts = cells.map((cell: { execution_count: number }) => cell.execution_count);
  assert.deepEqual(counts, [1, 2, 3, 4, 5, 6, 7]);
  const outputs = cells.map((cell: { outputs: object[] }) => cell.outputs);
  assert.deepEqual(outputs[0], []);
  assert.match(outputs[1][0].text[0], /^0\.\d+\n$/);
  const { ename, evalue, traceback } = outputs[2][0];
  assert.equal(ename, "TypeScriptError");
  assert.match(evalue, /^cell 1:7 - Type 'Rng' is not assignable to type 'string'/);
  assert.ok(traceback[0].startsWith("\u001b[31mTypeScriptError"), "in red");
  assert.deepEqual(
    [outputs[3][0].output_type, outputs[3][0].ename, outputs[3][0].evalue],
    ["error", "RangeError", "too far"],
  );
  assert.equal(outputs[4].length, 1, "an update replaces the display, it adds none");
  assert.deepEqual(outputs[4][0].data, { "text/plain": ["a later figure"] });
  assert.match(JSON.stringify(outputs[5]), /42/);
  assert.match(JSON.stringify(outputs[6]), /\[5,5\]/, "{ rng } is the variable of an earlier cell");
  assert.equal(await drive("execute", notebook), text);
});

test("execution ends at a failing cell with exit code 1 and its words", async () => {
  await assert.rejects(
    drive("execute", ["1", `null.length; // fails`, "2"]),
    /CellExecutionError[\s\S]*The value 'null' cannot be used here/,
  );
});

test("an interrupt aborts the signal, and stops a cell that does not look at it; the next cell has a fresh one", async () => {
  const [waiting, busy, next, names, options] = JSON.parse(
    await drive("session", [
      `const signal = globalThis[Symbol.for("arco.signal")];
console.log("interrupt me");
while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 10));`,
      `console.log("interrupt me");
for (;;) await new Promise((resolve) => setImmediate(resolve));`,
      `import { unet } from "arco"; globalThis[Symbol.for("arco.signal")].aborted`,
      "une|",
      "unet({ cha|",
    ]),
  );
  assert.deepEqual([waiting.reply.status, waiting.reply.ename], ["error", "Interrupted"]);
  assert.deepEqual([busy.reply.status, busy.reply.ename], ["error", "Interrupted"]);
  assert.equal(next.reply.status, "ok");
  assert.match(JSON.stringify(next.seen), /false/);
  assert.ok(names.matches.includes("unet"));
  assert.ok(options.matches.includes("channels"), "the library's types are known");
});
