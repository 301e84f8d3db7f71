import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { codeOf } from "./problem.mjs";

const dayMs = 86_400_000;

/**
 * A cache folder of this process's own inside `folder`: its test files share what they decode, another test process has
 * another one. What test processes left that were killed is removed first.
 * @param {string} folder
 */
export function testCache(folder) {
  const path = join(folder, `${hostname()}.${process.pid}`);
  remove(path); // of an earlier process with this number
  mkdirSync(path, { recursive: true });
  const now = statSync(path).mtimeMs; // by the clock of the disk, which may be another machine's
  for (const name of readdirSync(folder)) if (isLeftover(folder, name, now)) remove(join(folder, name));
  return { path, remove: () => remove(path) };
}

/**
 * Whether its process is gone. What another machine is doing in a shared checkout cannot be asked: its folders go when a
 * day old.
 * @param {string} folder
 * @param {string} name
 * @param {number} now
 */
function isLeftover(folder, name, now) {
  const [, host, pid] = /^(.*)\.(\d+)$/.exec(name) ?? [];
  if (host !== hostname()) return now - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) > dayMs;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}

/** @param {string} path */
const remove = (path) => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
