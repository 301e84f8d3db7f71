// Runs the code of a cell, and remembers what cells declare.
const vm = require("node:vm");
const { compile, converter } = require("./compiler.cjs");
const { besides } = require("./besides.cjs");
const { getCodeMetadata } = require("tslab/dist/metadata.js");

/** @import { Diagnostic } from "tslab/dist/converter.js" */
/** @import { Cell } from "./cells.cjs" */

/** The type checker refuses a cell. */
class Refused extends Error {
  /** @param {readonly Diagnostic[]} diagnostics @param {string} title */
  constructor(diagnostics, title) {
    const lines = diagnostics.map(
      ({ fileName, start, messageText }) =>
        `${fileName ?? title}:${start.line + 1}:${start.character + 1} - ${messageText}`,
    );
    super(lines.join("\n"));
    this.name = "TypeScriptError";
  }
}

/** What cells have declared: the type checker's view, and the values. */
let declarations = "";
const values = variables();
const { load, replace } = besides(process.cwd());
Object.defineProperty(globalThis, Symbol.for("arco.scope"), { value: [values, load] });

/** Variables that a later cell may declare anew: the compiler exports them, imported ones by getters that could not be replaced. */
function variables() {
  /** @type {Record<string, unknown>} */
  const held = {};
  return new Proxy(held, {
    defineProperty: (_, name, { get, value }) => name === "__esModule" || Reflect.set(held, name, get ? get() : value),
  });
}

/**
 * Runs a cell and gives the value of its last expression, awaited; undefined where it ends otherwise. Throws Refused for
 * code with errors, and what the cell throws.
 * @param {string} code
 * @param {Cell} cell
 * @returns {Promise<unknown>}
 */
async function execute(code, cell) {
  const metadata = getCodeMetadata(code); // `/** @module name */` makes the cell a module that others import
  if (metadata.module) return refuse(converter.addModule(metadata.module, code, metadata), cell);
  const { output, diagnostics, last, beside, isAsync, ...compiled } = compile(declarations, code, cell.title);
  refuse(diagnostics, cell);
  replace(beside);
  const head = `(${isAsync ? "async " : ""}function(exports, require) {\n`;
  const script = `${head}${output}\n})(...globalThis[Symbol.for("arco.scope")])`;
  await vm.runInThisContext(script, { filename: cell.title, lineOffset: -1, breakOnSigint: true });
  if (cell.stop.isStopped) throw cell.stop.reason;
  declarations = compiled.declarations;
  if (!last) return undefined;
  const value = values[last];
  delete values[last];
  return value; // a promise is awaited on its way out
}

/** @param {readonly Diagnostic[]} diagnostics @param {Cell} cell */
function refuse(diagnostics, { title }) {
  if (diagnostics.length > 0) throw new Refused(diagnostics, title);
}

/** @param {string} code @param {number} at place in it */
const complete = (code, at) => converter.complete(declarations, code, at);
/** @param {string} code @param {number} at */
const inspect = (code, at) => converter.inspect(declarations, code, at);

/** Whether a variable comes from a module. @param {string} module */
const hasImported = (module) => declarations.includes(` from "${module}"`);

module.exports = { execute, hasImported, complete, inspect, Refused };
