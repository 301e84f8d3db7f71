import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./problem.mjs";

const beatMs = 1000;
const deadMs = 15_000;

/**
 * Runs `work` while no other process holds the lock file `path`; waits for one that does (`onWait` is called once).
 * The owner touches the file every second, so a lock left by a killed process is taken over: at once if the process
 * is gone, and if its number belongs to another one by now when we have seen no touch for 15 s. No clock is compared with
 * another, or with itself at another time: clocks jump.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (pid: number) => void }} [options]
 * @returns {Promise<T>}
 */
export async function locked(path, work, { onWait = () => {} } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  let waited = false;
  const hasBeat = watched(path);
  while (!take(path)) {
    if (isGone(path) || !hasBeat()) {
      takeAway(path);
      continue;
    }
    if (!waited) onWait(owner(path));
    waited = true;
    await sleep(200);
  }
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  const beat = setInterval(() => touch(path), beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off("exit", release);
    release();
  }
}

/**
 * Creates the lock with its content in one step, unless another process has it.
 * @param {string} path
 */
function take(path) {
  const mine = `${path}.${process.pid}.tmp`;
  writeFileSync(mine, `${process.pid}\n`);
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/**
 * Removes a dead owner's lock; a living one's that came in its place a moment ago is put back.
 * @param {string} path
 */
function takeAway(path) {
  const away = `${path}.${process.pid}.tmp`;
  const dead = owner(path);
  try {
    renameSync(path, away);
    if (owner(away) !== dead) linkSync(away, path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  } finally {
    rmSync(away, { force: true });
  }
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Someone removed the folder of the engines under our feet; the step at work will say so.
  }
}

/** @param {string} path */
function owner(path) {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return 0; // gone in the meantime
  }
}

/**
 * Watches for touches of a lock: the returned function says whether there was one in the last 15 s, by a clock that only runs forward.
 * @param {string} path
 */
function watched(path) {
  /** @type {number | undefined} */
  let seen;
  let since = performance.now();
  return () => {
    const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (touched !== seen) since = performance.now();
    seen = touched;
    return performance.now() - since < deadMs;
  };
}

/**
 * Whether the process that made a lock is there no more.
 * @param {string} path
 */
function isGone(path) {
  const pid = owner(path);
  if (pid === 0) return false; // the lock is gone in the meantime: try to take it
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}
