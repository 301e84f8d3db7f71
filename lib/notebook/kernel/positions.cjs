// Where in a cell an error was thrown. A cell runs as JavaScript that was made in two steps, and its frames name lines of
// that; a stack names those of the cell instead: `at f (cell[3]:2:9)` is line 2 of the cell with [3] beside it.
const { SourceMap, findSourceMap } = require("node:module");
const { fileURLToPath } = require("node:url");

/**
 * What was compiled: how a stack calls it, the lines of JavaScript (what comes after them calls it), the lines that tslab
 * has put before what was written, and the source maps of the steps, the last first.
 * @typedef {{ title: string, lines: number, before: number, maps: SourceMap[] }} Compiled
 */
/** @type {Map<string, Compiled>} */
const compiled = new Map(); // by the name of the script

/** @param {string} file @param {{ title: string, script: string, before: number, maps?: readonly string[] }} script */
function rememberPositions(file, { title, script, before, maps = [] }) {
  const read = maps.map((map) => new SourceMap(JSON.parse(map)));
  compiled.set(file, { title, lines: script.split("\n").length, before, maps: read });
}

/**
 * A place of a script that runs, in what was written: `cell[3]:2:9`; undefined for what the compiler added.
 * @param {string} file
 * @param {number} line from 1, as V8 counts
 * @param {number} column from 1
 * @returns {string | undefined}
 */
function written(file, line, column) {
  const cell = compiled.get(file);
  if (!cell) return elsewhere(file, line, column);
  if (line > cell.lines) return undefined;
  let place = { line: line - 1, column: column - 1 };
  for (const map of cell.maps) {
    const entry = map.findEntry(place.line, place.column);
    if (!("originalLine" in entry) || entry.originalLine === undefined) return undefined;
    place = { line: entry.originalLine, column: entry.originalColumn };
  }
  const at = place.line + 1 - cell.before;
  return at < 1 ? undefined : `${cell.title}:${at}:${place.column + 1}`;
}

/**
 * A place in a file of the library, or of a package with a map of its own.
 * @param {string} file
 * @param {number} line
 * @param {number} column
 */
function elsewhere(file, line, column) {
  const entry = findSourceMap(file)?.findEntry(line - 1, column - 1);
  if (!entry || !("originalSource" in entry) || !entry.originalSource) return `${file}:${line}:${column}`;
  const { originalSource: source, originalLine, originalColumn } = entry;
  return `${source.startsWith("file:") ? fileURLToPath(source) : source}:${originalLine + 1}:${originalColumn + 1}`;
}

/**
 * The stack of an error with the places in what was written, without what calls a cell.
 * @param {Error} error
 * @param {readonly NodeJS.CallSite[]} sites
 */
function stack(error, sites) {
  const outermost = sites.map((site) => compiled.has(site.getScriptNameOrSourceURL() ?? "")).lastIndexOf(true);
  const frames = (outermost < 0 ? sites : sites.slice(0, outermost + 1)).flatMap((site) => {
    const [file, line, column] = [site.getScriptNameOrSourceURL(), site.getLineNumber(), site.getColumnNumber()];
    if (!file || line === null || column === null) return [`    at ${site}`];
    const place = written(file, line, column);
    const frame = String(site).replace(/^(async )?Proxy\./, "$1"); // where earlier cells' functions are kept
    return place ? [`    at ${frame.replace(`${file}:${line}:${column}`, () => place)}`] : [];
  });
  return [headOf(error), ...frames].join("\n");
}

/** @param {Error} error */
function headOf(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error"; // its own name or message throws
  }
}

/** From now on stacks are written so. */
function namePositions() {
  Error.prepareStackTrace = stack;
}

module.exports = { rememberPositions, namePositions };
