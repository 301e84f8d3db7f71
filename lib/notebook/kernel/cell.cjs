// What belongs to one run of one cell: the signal that an interrupt aborts, and the errors that the executor reports.
const executor = require("tslab/dist/executor.js");
const jupyter = require("tslab/dist/jupyter.js");
const { refresh } = require("./reload.cjs");

let controller = new AbortController();
let errors = [];

/** Under these keys an execute request carries a function to call when its cell starts, and how the cell ended. */
const started = Symbol("started");
const ended = Symbol("ended");

function mendCells() {
  process.on("SIGINT", () => controller.abort(new Error("interrupted")));
  Object.defineProperty(globalThis, Symbol.for("arco.signal"), { get: () => controller.signal });

  // The executor tells of a failed cell through its own console: kept apart from console.error of the cell.
  const { createExecutor } = executor;
  executor.createExecutor = (folder, converters, console) =>
    createExecutor(folder, converters, { ...console, error: (...words) => errors.push(words) });

  // Signal and errors are new when a cell starts to run, not when it is queued.
  const { prototype } = jupyter.JupyterHandlerImpl;
  const { handleExecuteImpl } = prototype;
  prototype.handleExecuteImpl = async function (request, ...rest) {
    controller = new AbortController();
    errors = [];
    request[started]?.(this.execCount + 1);
    refresh();
    try {
      const count = await handleExecuteImpl.call(this, request, ...rest);
      for (const words of errors) console.error(...words); // complaints about a cell that ran all the same
      return count;
    } finally {
      request[ended] = { errors, isStopped: controller.signal.aborted };
    }
  };
}

module.exports = { mendCells, started, ended };
