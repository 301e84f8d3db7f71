import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const beatMs = 1000;
const deadMs = 15_000;

/**
 * Runs `work` while no other process holds the lock file `path`; waits for one that does (`onWait` is called once).
 * The owner touches the file every second, so a lock left by a killed process is taken over: at once if the process
 * is gone, and after 15 s if its number belongs to another one by now.
 */
export async function locked(path, work, { onWait = () => {} } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  let waited = false;
  while (!take(path)) {
    if (isDead(path)) {
      const stale = `${path}.${process.pid}.tmp`;
      try {
        renameSync(path, stale); // only one of several takers succeeds
        rmSync(stale, { force: true });
      } catch (error) {
        if (error.code !== "ENOENT") throw error;
      }
      continue;
    }
    if (!waited) onWait(owner(path));
    waited = true;
    await sleep(200);
  }
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  const beat = setInterval(() => utimesSync(path, new Date(), new Date()), beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off("exit", release);
    release();
  }
}

/** Creates the lock with its content in one step. */
function take(path) {
  const mine = `${path}.${process.pid}.tmp`;
  writeFileSync(mine, `${process.pid}\n`);
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function owner(path) {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return 0; // gone in the meantime
  }
}

function isDead(path) {
  let age;
  try {
    age = new Date().getTime() - statSync(path).mtimeMs;
  } catch {
    return false; // gone in the meantime: try to take it
  }
  if (age > deadMs) return true;
  try {
    process.kill(owner(path), 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}
