import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "./aside.mjs";
import { root, venv } from "./paths.mjs";

/** @import { Step } from "./steps.mjs" */

/** The files that tell JupyterLab about the kernel, by path in .venv; it finds them there by itself. */
function files() {
  const launcher = join(root, "lib", "notebook", "kernel");
  const spec = readFileSync(join(launcher, "kernel.json"), "utf8")
    .replaceAll("{node}", process.execPath)
    .replaceAll("{kernel}", launcher);
  const json = (/** @type {unknown} */ value) => `${JSON.stringify(value, null, 2)}
`;
  return {
    "share/jupyter/kernels/arco/kernel.json": spec,
    "share/jupyter/kernels/arco/logo-svg.svg": readFileSync(join(launcher, "logo-svg.svg"), "utf8"),
    "etc/jupyter/jupyter_config.json": json({
      // the one kernel of the lab: ipykernel comes with JupyterLab and is hidden
      KernelSpecManager: { allowed_kernelspecs: ["arco"], ensure_native_kernel: false },
      MultiKernelManager: { default_kernel_name: "arco" },
      KernelManager: { shutdown_wait_time: 12 }, // a training ends its step and saves; what hangs gets SIGTERM after half of it
      LanguageServerManager: { autodetect: false },
      // the file browser leaves out what Jupyter always does, and the twins of the lab's notebooks (and of their copies)
      ContentsManager: { hide_globs: ["__pycache__", "*.pyc", "*.pyo", ".DS_Store", "*~", "[0-9][0-9]-*.ts"] },
      // JupyterLab drops what a cell prints beyond 1 MB or 1,000 messages a second; the kernel itself joins what piles up
      ZMQChannelsWebsocketConnection: { iopub_data_rate_limit: 1e8, iopub_msg_rate_limit: 1e5 },
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
