// Reads the library's types before anybody asks for them: JupyterLab waits a second for a completion, the first one from
// `import { } from "arco"` would take three. A part at a time, between which the kernel answers; never while a cell runs.
const { setTimeout } = require("node:timers/promises");
const { isBusy } = require("./cells.cjs");
const { complete, hasImported } = require("./execute.cjs");

/** Modules that bring about as much each; what an earlier one has brought costs nothing any more. */
const parts = [
  "arco/engine/tf",
  "arco/notebook/table",
  "arco/training/config/schema",
  "arco/plots/render/svg",
  "arco/benchmarks/index",
  "arco/methods/index",
  "arco/runs/trainRun",
  "arco/reports/report",
  "arco",
];
const pause = 100; // milliseconds, for what came meanwhile

async function warmUp() {
  for (const part of parts) {
    do await setTimeout(pause, undefined, { ref: false });
    while (isBusy());
    if (hasImported("arco")) return;
    complete(`import {} from "${part}"`, "import {".length);
  }
}

module.exports = { warmUp };
