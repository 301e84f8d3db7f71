import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "./aside.mjs";
import { modules, venv } from "./paths.mjs";

/** @import { Step } from "./steps.mjs" */

const source = join(modules, "@niivue", "niivue", "dist", "niivue.umd.js");
const goal = join(venv, "share", "jupyter", "labextensions", "arco-niivue", "static", "niivue.umd.js");
const size = (/** @type {string} */ path) => (existsSync(path) ? statSync(path).size : -1);

/**
 * Puts NiiVue where JupyterLab serves files: pages load it from /lab/extensions/arco-niivue/static, so that no notebook
 * holds its 2 MB.
 * @type {(after: Step[]) => Step}
 */
export const viewerStep = (after) => ({
  part: "viewer",
  name: "volume viewer",
  uses: [],
  after,
  isDone: () => size(source) > 0 && size(source) === size(goal) && after.every((step) => step.isDone()),
  run: async () => writeWhole(goal, readFileSync(source)),
});
