import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { folder } from "./kernel.js";
import { root } from "./notebooks.js";

// What the kernel does with a cell that imports a file, while that file comes and goes: prints the errors each time they change.
const script = `
const { rmSync, writeFileSync } = require("node:fs");
const { setTimeout: wait } = require("node:timers/promises");
const { compile } = require(${JSON.stringify(join(root, "lib", "notebook", "kernel", "compiler.cjs"))});
const errors = () => compile("", 'import { a } from "./a"; import { b } from "./b"; a + b', "cell").diagnostics.length;
async function until(expected) {
  const end = performance.now() + 30_000;
  while (errors() !== expected && performance.now() < end) await wait(200);
  console.log(errors());
}
async function main() {
  writeFileSync("a.ts", "export const a = 1;");
  await until(1);
  for (const value of [2, 3]) {
    writeFileSync("a.ts", "export const a = " + value + ";"); // two things at once: TypeScript has a timer for each
    writeFileSync("b.ts", "export const b = " + value + ";");
    await until(0);
    rmSync("b.ts");
    await until(1);
  }
  process.exit(0);
}
main();
`;

test("a file beside the notebook that comes, goes and comes again is found when it is there, and ends no kernel", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.deepEqual(stdout.trim().split("\n"), ["1", "0", "1", "0", "1"]);
});
