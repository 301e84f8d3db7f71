// A failed cell in words.
const util = require("node:util");

const red = (text) => `\u001b[31m${text}\u001b[0m`;
const isOurs = (frame) => !/node:internal|node:vm|tslab[\\/]dist|notebook[\\/]kernel[\\/]/.test(frame);

/** Content of Jupyter's `error` message for what the executor reported of a cell. */
function describe({ errors, isStopped }) {
  if (isStopped || errors.some(([error]) => error?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED"))
    return plain("Interrupted", "the cell was stopped");
  const messages = errors.filter(([format]) => format === "%s%d:%d - %s"); // of the type checker
  if (messages.length > 0) {
    const lines = messages.map(([, file, line, column, text]) => `${file || "cell "}${line}:${column} - ${text}`);
    const traceback = lines.map((line) => `${red("TypeScriptError")}: ${line}`);
    return { ename: "TypeScriptError", evalue: lines.join("\n"), traceback };
  }
  return thrown(errors[0]?.[0]);
}

const plain = (ename, evalue) => ({ ename, evalue, traceback: [`${red(ename)}: ${evalue}`] });

/** A value that was thrown, an Error or not. The cell's own frames carry no line: tslab's are of the compiled code. */
function thrown(error) {
  if (!util.types.isNativeError(error) && !(error instanceof Error)) return plain("Error", util.format(error));
  const { name, message, stack, cause } = error;
  if (name === "Problem") return plain(name, message); // says all that a person can mend
  const frames = String(stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line) && isOurs(line))
    .map((line) => line.replace(/evalmachine\.<anonymous>(:\d+)*/, "cell"))
    .filter((line, index, all) => line !== all[index - 1]);
  const reason = cause ? [`caused by: ${util.inspect(cause)}`] : [];
  return { ename: name, evalue: message, traceback: [`${red(name)}: ${message}`, ...frames, ...reason] };
}

module.exports = { describe };
