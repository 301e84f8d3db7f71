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
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (isLeftover(folder, name)) remove(join(folder, name));
  const path = join(folder, `${hostname()}.${process.pid}`);
  remove(path); // of an earlier process with this number
  mkdirSync(path);
  return { path, remove: () => remove(path) };
}

/**
 * Whether its process is gone. What another machine is doing in a shared checkout cannot be asked: its folders go when a
 * day old.
 * @param {string} folder
 * @param {string} name
 */
function isLeftover(folder, name) {
  const [, host, pid] = /^(.*)\.(\d+)$/.exec(name) ?? [];
  if (host !== hostname())
    return Date.now() - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) > dayMs;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}

/** @param {string} path */
const remove = (path) => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
