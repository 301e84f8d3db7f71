import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { handOver } from "./handOver.mjs";
import { python, root } from "./paths.mjs";
import { setUp } from "./steps.mjs";

/**
 * Runs JupyterLab on 127.0.0.1 with its token until Ctrl-C, which ends it and its kernels without a question.
 * @param {string[]} args
 */
export async function openLab(args) {
  await setUp();
  const notebooks = join(root, "notebooks");
  mkdirSync(notebooks, { recursive: true });
  const settings = ["--ServerApp.ip=127.0.0.1", `--ServerApp.root_dir=${notebooks}`, "--ServerApp.answer_yes=True"];
  if (process.getuid?.() === 0) settings.push("--allow-root"); // a container
  await handOver([python, "-m", "jupyterlab", ...settings, ...args], { cwd: root });
}
