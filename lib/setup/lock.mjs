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
  for (;;) {
    const { isMine, now } = take(path);
    if (isMine) break;
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

/** Creates the lock with its content in one step; `now` is the file system's time, which another machine may share. */
function take(path) {
  const mine = `${path}.${process.pid}.tmp`;
  writeFileSync(mine, `${process.pid}\n`);
  try {
    linkSync(mine, path);
    return { isMine: true };
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return { isMine: false, now: statSync(mine).mtimeMs };
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Removes a dead owner's lock; a living one's that came in its place a moment ago is put back. */
function takeAway(path) {
  const away = `${path}.${process.pid}.tmp`;
  const dead = owner(path);
  try {
    renameSync(path, away);
    if (owner(away) !== dead) linkSync(away, path);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  } finally {
    rmSync(away, { force: true });
  }
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Someone removed the folder of the engines under our feet; the step at work will say so.
  }
}

function owner(path) {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return 0; // gone in the meantime
  }
}

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
    return error.code === "ESRCH";
  }
}
