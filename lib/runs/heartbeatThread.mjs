// The thread behind heartbeat.ts. Plain JavaScript: it needs no loader, so that it starts in milliseconds.
import { closeSync, openSync, writeSync } from "node:fs";
import { parentPort } from "node:worker_threads";

/** @type {Map<string, NodeJS.Timeout>} */
const beating = new Map();
let count = 0;

/**
 * Writes the next number into a file that is there; one that is gone was given back, or taken away, and is left so.
 * @param {string} path
 */
function beat(path) {
  let file;
  try {
    file = openSync(path, "r+");
    writeSync(file, String(++count), 0);
  } catch (error) {
    // On a full disk or a network that is away for a moment the next beat may succeed; whoever waits is patient.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") end(path);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** @param {string} path */
function end(path) {
  clearInterval(beating.get(path));
  beating.delete(path);
}

/**
 * A number from 0 to 1 that follows from a path, and so from its process.
 * @param {string} path
 */
function phaseOf(path) {
  let hash = 0;
  for (const letter of path) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return hash / 2 ** 32;
}

// Many processes that begin at once, as on a cluster, are not to ask its file server in the same moment again and again.
parentPort?.on("message", ({ path, everyMs }) => {
  const begin = () => {
    const beats = setInterval(() => beat(path), everyMs);
    beating.set(path, beats);
    beat(path);
  };
  beating.set(path, setTimeout(begin, everyMs * phaseOf(path)));
});
