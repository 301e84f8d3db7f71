import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { aside } from "./aside.mjs";
import { command } from "./command.mjs";
import { venv, python as venvPython } from "./paths.mjs";

/** @import { Step } from "./steps.mjs" */

const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));
const stamp = "arco.json";

/** What .venv is made of; it is made anew when that changes. */
function contents() {
  const pinned = readFileSync(requirements, "utf8").replace(/^#.*\n/gm, "");
  const sha256 = createHash("sha256").update(pinned).digest("hex");
  return `${JSON.stringify({ requirements: sha256, folder: venv })}\n`;
}

function isDone() {
  const path = join(venv, stamp);
  return existsSync(venvPython) && existsSync(path) && readFileSync(path, "utf8") === contents();
}

/**
 * Makes .venv: JupyterLab, jupytext, nbclient and nbconvert, and for tests nibabel, all at pinned versions and hashes.
 * @type {Step}
 */
export const jupyterStep = {
  part: "jupyter",
  name: "JupyterLab",
  uses: ["python"],
  isDone,
  needsMegabytes: 500,
  run: ({ python }) =>
    aside(venv, async (folder) => {
      await command("make .venv", [python, "-m", "venv", folder]);
      const own = join(folder, "bin", "python");
      const pip = [
        own,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--no-warn-script-location",
        "--no-compile",
      ];
      const argv = [...pip, "--only-binary=:all:", "--require-hashes", "--no-deps", "-r", requirements];
      await command("install JupyterLab", argv, { env: { TMPDIR: folder } });
      settle(folder);
      writeFileSync(join(folder, "package.json"), "{}\n"); // JupyterLab's scripts are no ES modules, as ours are
      writeFileSync(join(folder, stamp), contents());
    }),
};

/**
 * The environment was made at `folder` and will live at .venv: its scripts name the interpreter by its whole path.
 * @param {string} folder
 */
function settle(folder) {
  const bin = join(folder, "bin");
  const files = readdirSync(bin).map((name) => join(bin, name));
  for (const path of [...files, join(folder, "pyvenv.cfg")]) {
    if (!statSync(path).isFile() || statSync(path).size > 100_000) continue; // an interpreter
    const text = readFileSync(path, "utf8");
    if (text.includes(folder)) writeFileSync(path, text.replaceAll(folder, venv));
  }
}
