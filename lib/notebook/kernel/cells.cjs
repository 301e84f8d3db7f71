// Which cell some code runs for, and what an interrupt ends. A cell's promises carry it along: a loop that goes on after its
// cell has ended, or in a function of an earlier cell, still belongs to the cell that began it.
const { AsyncLocalStorage } = require("node:async_hooks");

/**
 * One run of one cell. Its loops look at `stop` in every turn (stopLoops.cjs), the library's work obeys `controller.signal`.
 * @typedef {object} Cell
 * @property {string} title what a stack calls it
 * @property {{ isStopped: boolean, reason: Error }} stop
 * @property {AbortController} controller
 * @property {boolean} isAsked it was interrupted
 * @property {boolean} isHeard somebody has asked for the signal: the work ends in order, and by itself
 * @property {() => void} leave lets the kernel go on although the work has not ended
 * @property {Promise<never>} left rejects when it does so
 */

/** Why the work of a cell ends early. */
class Interrupt extends Error {}
/** A cell was interrupted, and what it awaits goes on. */
class Left extends Interrupt {}

/** How long an interrupted cell may take to end: a step of a training and its checkpoint, or anything else. */
const patience = { heard: 30_000, unheard: 1_000 };

/** @type {AsyncLocalStorage<Cell>} */
const storage = new AsyncLocalStorage();
/** @type {Set<Cell>} */
const begun = new Set(); // and not stopped: functions of theirs may still run
/** @type {Set<Promise<unknown>>} */
const unfinished = new Set();
/** @type {Cell | undefined} */
let running;
let latest = newCell("cell[0]");

/** @param {string} title @returns {Cell} */
function newCell(title) {
  let leave = () => {};
  const left = /** @type {Promise<never>} */ (
    new Promise((_, reject) => {
      leave = () => reject(new Left());
    })
  );
  left.catch(() => {}); // nobody may be waiting
  const stop = { isStopped: false, reason: new Interrupt("interrupted") };
  return { title, stop, controller: new AbortController(), isAsked: false, isHeard: false, leave, left };
}

/**
 * Does the work of a cell, all of whose promises belong to it.
 * @template T
 * @param {string} title
 * @param {(cell: Cell) => Promise<T>} work
 * @returns {Promise<T>} rejects with Left when the cell was interrupted and the work does not end
 */
async function runCell(title, work) {
  const cell = newCell(title);
  begun.add(cell);
  running = latest = cell;
  const done = storage.run(cell, () => work(cell));
  const ended = done.catch(() => {}).finally(() => unfinished.delete(ended));
  unfinished.add(ended);
  try {
    const result = await Promise.race([done, cell.left]);
    if (cell.stop.isStopped) throw cell.stop.reason;
    return result;
  } catch (error) {
    if (isBreak(error)) stopCell(cell); // a loop that does not await; what the cell has begun beside it ends too
    throw error;
  } finally {
    running = undefined;
  }
}

/** What `breakOnSigint` of node:vm throws. @param {unknown} error */
const isBreak = (error) => error instanceof Error && Reflect.get(error, "code") === "ERR_SCRIPT_EXECUTION_INTERRUPTED";

/** @param {Cell} cell */
function stopCell(cell) {
  begun.delete(cell);
  cell.stop.isStopped = true;
  cell.controller.abort(cell.stop.reason);
}

/** Ends the cell that runs, or what earlier ones have left running where none does; asked twice, it does not wait. */
function interrupt() {
  if (!running) return stopAll();
  const cell = running;
  if (cell.isAsked) return cell.leave();
  cell.isAsked = true;
  stopCell(cell);
  setTimeout(cell.leave, cell.isHeard ? patience.heard : patience.unheard).unref();
}

function stopAll() {
  for (const cell of begun) stopCell(cell);
}

/** Stops everything, and waits until it has ended: a training has saved then. */
async function endWork() {
  stopAll();
  await Promise.all(unfinished);
}

const isBusy = () => running !== undefined;
const current = () => storage.getStore() ?? latest;

function offerSignal() {
  const signal = () => {
    const cell = current();
    cell.isHeard = true;
    return cell.controller.signal;
  };
  Object.defineProperty(globalThis, Symbol.for("arco.signal"), { get: signal });
  Object.defineProperty(globalThis, Symbol.for("arco.stop"), { value: () => current().stop });
  process.on("SIGINT", interrupt);
}

module.exports = { runCell, endWork, isBusy, offerSignal, Interrupt, Left };
