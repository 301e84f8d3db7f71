import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { codeOf } from "./problem.mjs";

/** @type {Set<string>} */
const unfinished = new Set();
process.on("exit", () => {
  for (const path of unfinished) remove(path);
});

/**
 * Makes `goal` (a file or a folder) whole or not at all: `build(path)` makes it at a temporary path beside the goal (or
 * somewhere inside, and returns where), and it is renamed at the end. Call it under the lock of set-up: leftovers of
 * killed builders are removed first.
 * @param {string} goal
 * @param {(path: string) => Promise<string | void>} build
 */
export async function aside(goal, build) {
  mkdirSync(dirname(goal), { recursive: true });
  const name = basename(goal);
  const isLeftover = (/** @type {string} */ entry) => entry.startsWith(`${name}.`) && /\.\d+\.tmp$/.test(entry);
  for (const entry of readdirSync(dirname(goal)).filter(isLeftover)) remove(join(dirname(goal), entry));
  const path = `${goal}.${process.pid}.tmp`;
  unfinished.add(path);
  const made = (await build(path)) ?? path;
  replace(goal, made);
  if (made !== path) remove(path);
  unfinished.delete(path);
}

/**
 * Puts `path` in the place of `goal`; a folder that was there before is moved away first and removed last.
 * @param {string} goal
 * @param {string} path
 */
function replace(goal, path) {
  try {
    renameSync(path, goal);
  } catch (error) {
    if (codeOf(error) !== "ENOTEMPTY" && codeOf(error) !== "EEXIST") throw error;
    const old = `${goal}.old.${process.pid}.tmp`;
    renameSync(goal, old);
    renameSync(path, goal);
    remove(old);
  }
}

/**
 * Writes a small file whole or not at all.
 * @param {string} goal
 * @param {string | Buffer} text
 */
export function writeWhole(goal, text) {
  mkdirSync(dirname(goal), { recursive: true });
  const path = `${goal}.${process.pid}.tmp`;
  writeFileSync(path, text);
  renameSync(path, goal);
}

/**
 * Removes a file or folder; what cannot go now (a child that is still dying writes in it) goes at the next set-up.
 * @param {string} path
 */
function remove(path) {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 2 });
  } catch {
    // It is a leftover under a name that nothing reads.
  }
}
