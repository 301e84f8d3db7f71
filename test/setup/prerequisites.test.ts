import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { commands, node, root, setUp, temporary } from "./run.js";

const python = 'echo "3 12"';
const version = "echo 1.0";

test("on a machine with nothing, one error names all that is missing and how to install it", async (t) => {
  const home = temporary(t);
  const { code, text } = await setUp(home, { PATH: commands(join(home, "bin"), {}) });
  assert.equal(code, 1);
  assert.match(text, /3 things are missing/);
  assert.match(
    text,
    /Python 3\.10 or later.*not found\n +Debian\/Ubuntu: sudo apt install python3 python3-venv\n +macOS: +brew/,
  );
  assert.match(
    text,
    /C\+\+ compiler: no g\+\+.*\n +Debian\/Ubuntu: sudo apt install g\+\+\n +macOS: +xcode-select --install/,
  );
  assert.match(text, /npm: not found/);
  assert.doesNotMatch(text, /\n +at /, "no stack trace");
  assert.ok(!existsSync(join(home, ".engine")), "nothing was begun");
});

test("a Python that is too old or has no venv module is told from none", async (t) => {
  const home = temporary(t);
  const others = { "g++": version, npm: version };
  const old = commands(join(home, "old"), { ...others, python3: 'echo "3 8"' });
  assert.match((await setUp(home, { PATH: old })).text, /One thing is missing[\s\S]*python3 is 3\.8, which is too old/);
  const bare = commands(join(home, "bare"), { ...others, python3: `case "$2" in *venv*) exit 1;; esac; ${python}` });
  assert.match((await setUp(home, { PATH: bare })).text, /python3 3\.12 has no venv module/);
});

test("a wrong engine, and a compiler that does not answer, are named", async (t) => {
  const home = temporary(t);
  const whole = commands(join(home, "bin"), { python3: python, npm: version });
  assert.match((await setUp(home, { PATH: whole, CXX: "g++-99" })).text, /CXX=g\+\+-99 does not answer/);
  assert.match(
    (await setUp(home, { ARCO_ENGINE: "gpu" })).text,
    /ARCO_ENGINE: found "gpu", expected one of cpu, cuda, webgpu/,
  );
});

test("an old Node gets one sentence, not a syntax error", async () => {
  const script = `
    Object.defineProperty(process.versions, "node", { value: "18.20.4" });
    await import("${join(root, "lib/setup/setup.mjs")}");`;
  const { code, text } = await node(["--input-type=module", "--eval", script]);
  assert.equal(code, 1);
  assert.match(text, /^Node 18\.20\.4 is too old: ARCO lab needs Node 20\.19 or later/);
});

test("what an old Node reads before that sentence has no syntax newer than Node 12", () => {
  const entries = ["start", "setup", "lab", "test"].map((name) => join(root, "lib/setup", `${name}.mjs`));
  const read = new Set<string>();
  const follow = (path: string) => {
    if (read.has(path)) return;
    read.add(path);
    for (const { fileName } of ts.preProcessFile(readFileSync(path, "utf8")).importedFiles)
      if (readFileSync(path, "utf8").includes(`from "${fileName}"`)) follow(join(dirname(path), fileName)); // not import()
  };
  entries.forEach(follow);
  assert.equal(read.size, entries.length + 1, "they import begin.mjs alone");
  const written = (path: string, target: ts.ScriptTarget) =>
    ts.transpileModule(readFileSync(path, "utf8"), { compilerOptions: { target, module: ts.ModuleKind.ESNext } });
  for (const path of read)
    assert.equal(
      written(path, ts.ScriptTarget.ES2019).outputText,
      written(path, ts.ScriptTarget.ESNext).outputText,
      path,
    );
});

test("a folder that cannot be written is named", { skip: process.getuid?.() === 0 }, async (t) => {
  const home = join(temporary(t), "locked");
  mkdirSync(home);
  chmodSync(home, 0o555);
  const { code, text } = await setUp(home);
  assert.equal(code, 1);
  assert.match(text, /locked.*: cannot be written; clone into a folder of your own/);
});
