import { join } from "node:path";
import { setUpAloud } from "./aloud.mjs";
import { handOver } from "./handOver.mjs";
import { root } from "./paths.mjs";

/**
 * Sets up, then trains and measures the quick start.
 * @param {string[]} args
 */
export async function quickStart(args) {
  console.log(
    "ARCO lab: set-up first (packages, JupyterLab, TensorFlow; a minute or two the first time), then the quick start.",
  );
  await setUpAloud();
  await handOver([process.execPath, join(root, "lib", "cli", "arco.mjs"), "quickstart", ...args], { cwd: root });
}
