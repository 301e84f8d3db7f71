import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "./aside.mjs";
import { modules, root, venv } from "./paths.mjs";

/** @import { Step } from "./steps.mjs" */

/** The files that tell JupyterLab about the kernel, by path in .venv; it finds them there by itself. */
function files() {
  const launcher = join(root, "lib", "notebook", "kernel");
  const spec = readFileSync(join(launcher, "kernel.json"), "utf8")
    .replaceAll("{node}", process.execPath)
    .replaceAll("{kernel}", launcher)
    .replaceAll("{modules}", modules);
  const json = (/** @type {unknown} */ value) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    "share/jupyter/kernels/arco/kernel.json": spec,
    "share/jupyter/kernels/arco/logo-svg.svg": readFileSync(join(launcher, "logo-svg.svg"), "utf8"),
    "etc/jupyter/jupyter_config.json": json({
      // the one kernel of the lab: ipykernel comes with JupyterLab and is hidden
      KernelSpecManager: { allowed_kernelspecs: ["arco"], ensure_native_kernel: false },
      MultiKernelManager: { default_kernel_name: "arco" },
      LanguageServerManager: { autodetect: false },
    }),
    "etc/jupyter/labconfig/default_setting_overrides.json": json({
      // no question about news on the first visit, no look for updates, one tile
      "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
      "jupyterlab-jupytext:plugin": { "auto:percent": false, "md:myst": false },
    }),
  };
}

/** @type {(file: [string, string]) => boolean} */
const isSame = ([path, text]) => {
  try {
    return readFileSync(join(venv, path), "utf8") === text;
  } catch {
    return false; // not there yet
  }
};

/**
 * Registers the kernel "TypeScript (arco)" inside the checkout.
 * @type {(after: Step[]) => Step}
 */
export const kernelStep = (after) => ({
  part: "kernel",
  name: "notebook kernel",
  uses: [],
  after,
  isDone: () => after.every((step) => step.isDone()) && Object.entries(files()).every(isSame),
  run: async () => {
    for (const [path, text] of Object.entries(files())) writeWhole(join(venv, path), text);
  },
});
