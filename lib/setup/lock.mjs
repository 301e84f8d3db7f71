import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./problem.mjs";

const beatMs = 1000;
const deadMs = 15_000;

/**
 * Runs `work` while no other process holds the lock file `path`; waits for one that does (`onWait` is called once).
 * The owner touches the file every second, so a lock left by a killed process is taken over: at once if the process
 * is gone, and after 15 s if its number belongs to another one by now.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (pid: number) => void }} [options]
 * @returns {Promise<T>}
 */
export async function locked(path, work, { onWait = () => {} } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  let waited = false;
  for (;;) {
    const now = take(path);
    if (now === undefined) break;
    if (isDead(path, now)) {
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
 * Creates the lock with its content in one step. If another process has it, gives the file system's time, which another
 * machine may share.
 * @param {string} path
 */
function take(path) {
  const mine = `${path}.${process.pid}.tmp`;
  writeFileSync(mine, `${process.pid}\n`);
  try {
    linkSync(mine, path);
    return undefined;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return statSync(mine).mtimeMs;
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
 * @param {string} path
 * @param {number} now
 */
function isDead(path, now) {
  let age;
  try {
    age = now - statSync(path).mtimeMs;
  } catch {
    return false; // gone in the meantime: try to take it
  }
  if (age > deadMs) return true;
  try {
    process.kill(owner(path), 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}
