// What the kernel answers, by type of the request. https://jupyter-client.readthedocs.io/en/stable/messaging.html
const { versions } = require("tslab");
const { printQuickInfo } = require("tslab/dist/inspect.js");
const { isCompleteCode } = require("./compiler.cjs");
const { complete, inspect } = require("./execute.cjs");
const { history } = require("./history.cjs");
const { executeRequest } = require("./queue.cjs");
const { ts } = require("./typescript.cjs");
const { version } = require("./wire.cjs");

/** @import { Answer } from "./server.cjs" */

const kernelInfo = {
  status: "ok",
  protocol_version: version,
  implementation: "tslab",
  implementation_version: versions.tslab,
  language_info: {
    name: "typescript",
    version: ts.version,
    mimetype: "text/typescript",
    file_extension: ".ts",
    codemirror_mode: { mode: "typescript", name: "javascript", typescript: true }, // of JupyterLab, and of the classic notebook
  },
  banner: `TypeScript ${ts.version}, Node ${process.versions.node}`,
};

/** @type {Readonly<Record<string, Answer>>} */
const answers = {
  kernel_info_request: () => kernelInfo,
  execute_request: executeRequest,
  history_request: history,
  comm_info_request: () => ({ status: "ok", comms: {} }), // there are none

  is_complete_request: ({ code }) => {
    const { completed, indent = "" } = isCompleteCode(String(code));
    return completed ? { status: "complete" } : { status: "incomplete", indent };
  },

  complete_request: (asked) => {
    const { code, at } = cursorIn(asked);
    const { start, end, candidates } = complete(code, at);
    const [from, to] = [start, end].map((at) => pointsIn(code, at));
    return { status: "ok", matches: candidates, cursor_start: from, cursor_end: to, metadata: {} };
  },

  inspect_request: (asked) => {
    const { code, at } = cursorIn(asked);
    const found = inspect(code, at);
    const data = found ? { "text/plain": printQuickInfo(found) } : {};
    return { status: "ok", found: Boolean(found), data, metadata: {} };
  },
};

/** Jupyter counts characters, JavaScript halves of some. @param {Record<string, unknown>} asked */
function cursorIn({ code, cursor_pos: points }) {
  const text = String(code);
  return { code: text, at: Array.from(text).slice(0, Number(points)).join("").length };
}
/** @param {string} code @param {number} units */
const pointsIn = (code, units) => Array.from(code.slice(0, units)).length;

module.exports = { answers };
