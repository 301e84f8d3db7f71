// An error in words, as Jupyter's `error` message has them.
const util = require("node:util");
const { Left } = require("./cells.cjs");
const { Refused } = require("./execute.cjs");

/** @import { Cell } from "./cells.cjs" */
/** @typedef {{ ename: string, evalue: string, traceback: string[] }} Words */

/** @param {string} text */
const red = (text) => `\u001b[31m${text}\u001b[0m`;
/** @param {string} frame */
const isOurs = (frame) => !/\bnode:|tslab[\\/]dist|notebook[\\/]kernel[\\/]/.test(frame);

/**
 * @param {string} name
 * @param {string} text
 * @param {readonly string[]} more
 * @returns {Words}
 */
const words = (name, text, more = []) => ({ ename: name, evalue: text, traceback: [`${red(name)}: ${text}`, ...more] });

/**
 * Why a cell failed.
 * @param {unknown} error
 * @param {Cell | undefined} cell
 */
function describeFailure(error, cell) {
  if (error instanceof Left)
    return words(
      "Interrupted",
      "the cell was told to stop, but what it awaits has not ended; its loops end at their next turn. Restart the kernel to end it for certain.",
    );
  if (cell?.stop.isStopped) return words("Interrupted", "the cell was stopped");
  return describe(error);
}

/**
 * A value that was thrown, an Error or not, and what caused it.
 * @param {unknown} error
 * @returns {Words}
 */
function describe(error, depth = 0) {
  if (!util.types.isNativeError(error) && !(error instanceof Error)) return words("Error", util.format(error));
  const { name, message, stack, cause } = error;
  if (name === "Problem" || error instanceof Refused) return words(name, message); // says all that a person can mend
  const frames = String(stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line) && isOurs(line));
  const parts = error instanceof AggregateError ? error.errors : [];
  const behind = [...parts.map((part) => ["one of", part]), ...(cause === undefined ? [] : [["caused by", cause]])];
  if (depth === 5) return words(name, message, frames); // an error may be its own cause
  const reasons = behind.flatMap(([relation, reason]) => {
    const [head, ...rest] = describe(reason, depth + 1).traceback;
    return [`${relation} ${head}`, ...rest];
  });
  return words(name, message, [...frames, ...reasons]);
}

module.exports = { describe, describeFailure };
