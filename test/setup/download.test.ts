import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, setUp, temporary } from "./run.js";

const name = "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64";

/** A wheel of the right name and form with other contents, in a folder that pip is told to take for the registry. */
function otherWheel(folder: string): { path: string; env: NodeJS.ProcessEnv } {
  mkdirSync(folder);
  const path = join(folder, `${name}.whl`);
  const script = `
import zipfile
info = "tensorflow_cpu-2.21.0.dist-info/"
with zipfile.ZipFile("${path}", "w") as wheel:
    wheel.writestr("tensorflow/libtensorflow_cc.so.2", "not the library" * 1000)
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: tensorflow-cpu\\nVersion: 2.21.0\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\nTag: cp311-cp311-manylinux_2_27_x86_64\\n")
    wheel.writestr(info + "RECORD", "")
`;
  execFileSync(join(root, ".venv/bin/python"), ["-c", script]);
  const env = { PIP_NO_INDEX: "1", PIP_FIND_LINKS: folder, PIP_CONFIG_FILE: "/dev/null" };
  return { path, env };
}

const isHere = process.platform === "linux" && process.arch === "x64";

test("a wheel with other bytes than the pinned ones is refused, and nothing of it is kept", {
  skip: !isHere,
}, async (t) => {
  const home = temporary(t);
  const { env } = otherWheel(join(home, "registry"));
  const { code, text } = await setUp(home, env, "engine");
  assert.equal(code, 1);
  assert.match(
    text,
    /tensorflow-cpu==2\.21\.0: .* has sha256 [0-9a-f]{64}, expected 2b847d21[0-9a-f]{56}; it is refused/,
  );
  assert.ok(!existsSync(join(home, ".engine", "cpu-2.21.0")));
  assert.deepEqual(readdirSync(join(home, ".engine")), []);
});

test("half a wheel is refused", { skip: !isHere }, async (t) => {
  const home = temporary(t);
  const { path, env } = otherWheel(join(home, "registry"));
  truncateSync(path, 300);
  const { code } = await setUp(home, env, "engine");
  assert.equal(code, 1);
  assert.deepEqual(readdirSync(join(home, ".engine")), []);
});

test("without a network, the error says so and that nothing is lost", { skip: !isHere }, async (t) => {
  const home = temporary(t);
  const nowhere = "http://127.0.0.1:9";
  const env = { HTTPS_PROXY: nowhere, https_proxy: nowhere, PIP_RETRIES: "0", PIP_NO_CACHE_DIR: "1" };
  const { code, text } = await setUp(home, env, "engine");
  assert.equal(code, 1);
  assert.match(text, /download tensorflow-cpu==2\.21\.0: the package registry cannot be reached/);
  assert.match(text, /run the same command again: it continues where it stopped/);
  assert.deepEqual(readdirSync(join(home, ".engine")), []);
});
