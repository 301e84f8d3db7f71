import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { aside } from "./aside.mjs";
import { command } from "./command.mjs";
import { fetchWheels, wheelFile } from "./download.mjs";
import { venv, python as venvPython } from "./paths.mjs";
import { plotly } from "./wheels.mjs";

const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));
const unpack = fileURLToPath(new URL("unpack.py", import.meta.url));
const stamp = "arco.json";

/** What .venv is made of; it is made anew when that changes. */
function contents() {
  const pinned = readFileSync(requirements, "utf8").replace(/^#.*\n/gm, "");
  const sha256 = createHash("sha256").update(pinned).digest("hex");
  return `${JSON.stringify({ requirements: sha256, plotly: plotly.wheels[0].sha256, folder: venv })}\n`;
}

function isDone() {
  const path = join(venv, stamp);
  return existsSync(venvPython) && existsSync(path) && readFileSync(path, "utf8") === contents();
}

/** Makes .venv: JupyterLab, jupytext, nbclient and nbconvert, for tests nibabel, all at pinned versions and hashes, and plotly's extension. */
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
      const pip = [own, "-m", "pip", "--disable-pip-version-check", "install", "--no-warn-script-location"];
      const argv = [...pip, "--only-binary=:all:", "--require-hashes", "--no-deps", "-r", requirements];
      await command("install JupyterLab", argv, { env: { TMPDIR: folder } });
      await addPlotly(folder, own);
      settle(folder);
      writeFileSync(join(folder, "package.json"), "{}\n"); // JupyterLab's scripts are no ES modules, as ours are
      writeFileSync(join(folder, stamp), contents());
    }),
};

/** Takes the prebuilt extension (5 MB) out of plotly's wheel; the package of 64 MB is not installed. */
async function addPlotly(folder, python) {
  const [{ requirement }] = plotly.wheels;
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  await fetchWheels(temporary, plotly, python);
  const [name, version] = requirement.split("==");
  const inside = `${name}-${version}.data/data/share/`;
  await command("unpack plotly", [python, unpack, wheelFile(temporary, requirement), folder, `${inside}=share/`]);
  rmSync(temporary, { recursive: true });
}

/** The environment was made at `folder` and will live at .venv: its scripts name the interpreter by its whole path. */
function settle(folder) {
  const bin = join(folder, "bin");
  const files = readdirSync(bin).map((name) => join(bin, name));
  for (const path of [...files, join(folder, "pyvenv.cfg")]) {
    if (!statSync(path).isFile() || statSync(path).size > 100_000) continue; // an interpreter
    const text = readFileSync(path, "utf8");
    if (text.includes(folder)) writeFileSync(path, text.replaceAll(folder, venv));
  }
}
