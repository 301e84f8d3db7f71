import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { aside } from "./aside.mjs";
import { command } from "./command.mjs";
import { engines } from "./paths.mjs";
import { Problem } from "./problem.mjs";

/** @import { Wheel, WheelSet } from "./wheels.mjs" */

/**
 * Where the wheels of `name` lie between download and unpacking; only whole and verified sets get there.
 * @param {string} name
 */
export const downloads = (name) => join(engines, `download-${name}`);

/**
 * Downloads wheels into `downloads(name)`; a Python without pip (Debian's) gets one for the time.
 * @param {string} name
 * @param {WheelSet} set
 * @param {string} python
 */
export async function download(name, set, python) {
  const hasPip = spawnSync(python, ["-m", "pip", "--version"]).status === 0;
  await aside(downloads(name), async (folder) => {
    mkdirSync(folder);
    const venv = join(folder, "pip");
    if (!hasPip) await command(`download ${name}: make a virtual environment`, [python, "-m", "venv", venv]);
    await fetchWheels(folder, set, hasPip ? python : join(venv, "bin", "python"));
  });
}

/**
 * Downloads wheels into `folder` with the pip of `python` and verifies each against its pinned sha256.
 * @param {string} folder
 * @param {WheelSet} set
 * @param {string} python
 */
async function fetchWheels(folder, { platforms, wheels }, python) {
  const argv = [python, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"];
  if (platforms.length > 0) argv.push("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311");
  for (const platform of platforms) argv.push("--platform", platform);
  argv.push("--dest", folder, ...wheels.map(({ requirement }) => requirement));
  await command(`download ${wheels[0].requirement}`, argv, { env: { TMPDIR: folder } }); // nothing half-done elsewhere
  for (const wheel of wheels) await verify(folder, wheel);
}

/**
 * The file of a requirement's wheel in a folder.
 * @param {string} folder
 * @param {string} requirement
 */
export function wheelFile(folder, requirement) {
  const [name, version] = requirement.split("==");
  const start = `${name.replaceAll("-", "_")}-${version}-`;
  const files = readdirSync(folder).filter((file) => file.startsWith(start));
  if (files.length !== 1) throw new Problem(`${folder}: found ${files.length} wheels of ${requirement}, expected 1`);
  return join(folder, files[0]);
}

/**
 * @param {string} folder
 * @param {Wheel} wheel
 */
async function verify(folder, { requirement, sha256 }) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(wheelFile(folder, requirement), { highWaterMark: 1 << 20 }))
    hash.update(chunk);
  const found = hash.digest("hex");
  if (found !== sha256)
    throw new Problem(
      `${requirement}: what was downloaded has sha256 ${found}, expected ${sha256}; it is refused and nothing of it was kept. ` +
        "Run the same command again; if it stays so, the package registry or a proxy on the way serves something else.",
    );
}
