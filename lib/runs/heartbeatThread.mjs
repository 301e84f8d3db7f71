// The thread behind heartbeat.ts. Plain JavaScript: it needs no loader, so that it starts in milliseconds.
import { closeSync, openSync, writeSync } from "node:fs";
import { parentPort } from "node:worker_threads";

/** @type {Map<string, NodeJS.Timeout>} */
const beating = new Map();
let count = 0;

/**
 * Writes the next number into a file that is there; one that is gone was taken away, and is left so.
 * @param {string} path
 */
function beat(path) {
  let file;
  try {
    file = openSync(path, "r+");
    writeSync(file, String(++count), 0);
  } catch {
    // On a full disk or a network that is away for a moment the next beat may succeed; whoever waits is patient.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

parentPort?.on("message", ({ path, everyMs }) => {
  clearInterval(beating.get(path));
  beating.delete(path);
  if (everyMs === undefined) return;
  beat(path);
  beating.set(
    path,
    setInterval(() => beat(path), everyMs),
  );
});
