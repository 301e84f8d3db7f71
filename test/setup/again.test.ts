import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { node, root } from "./run.js";

test("a second set-up starts no process and writes no file", async () => {
  const forbid = `
    const refuse = (name) => () => { throw new Error("a second set-up called " + name); };
    for (const [module, names] of Object.entries({
      "node:child_process": ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"],
      "node:fs": ["writeFileSync", "renameSync", "rmSync", "mkdirSync", "linkSync", "cpSync", "utimesSync"],
    })) for (const name of names) require(module)[name] = refuse(name);
    require("node:module").syncBuiltinESMExports();`;
  const preload = `data:text/javascript,${encodeURIComponent(`import { createRequire } from "node:module"; const require = createRequire("${root}");${forbid}`)}`;
  const script = join(root, "lib/setup/setup.mjs");
  const env = { ARCO_ENGINE: "cpu" };
  assert.equal((await node([script], { env })).code, 0);
  const { code, text } = await node(["--import", preload, script], { env });
  assert.equal(text, "Set-up: everything is in place.\n");
  assert.equal(code, 0);
});
