import { accessSync, constants, mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { addonStep } from "./addon.mjs";
import { endChildren } from "./command.mjs";
import { engineKind, engineSteps } from "./engine.mjs";
import { figuresStep } from "./figures.mjs";
import { jupyterStep } from "./jupyter.mjs";
import { kernelStep } from "./kernel.mjs";
import { locked } from "./lock.mjs";
import { packagesStep } from "./packages.mjs";
import { engines, home } from "./paths.mjs";
import { prerequisites } from "./prerequisites.mjs";
import { codeOf, Problem } from "./problem.mjs";
import { report } from "./report.mjs";
import { viewerStep } from "./viewer.mjs";
import { weightsSteps } from "./weights.mjs";

/** @import { Tools } from "./prerequisites.mjs" */

/**
 * A step of set-up: the part it belongs to, the tools it uses, whether it is done, how it is done, the steps before it,
 * how much it writes, and the file whose growth is shown.
 * @typedef {object} Step
 * @property {string} part
 * @property {string} name
 * @property {(keyof Tools)[]} uses
 * @property {() => boolean} isDone
 * @property {(tools: Tools) => Promise<unknown>} run
 * @property {Step[]} [after]
 * @property {number} [needsMegabytes]
 * @property {string} [watch]
 */

/** All steps of set-up. */
function allSteps() {
  const kind = engineKind();
  const engine = engineSteps(kind);
  const addon = kind === "webgpu" ? [] : [addonStep(kind, [packagesStep, ...engine])];
  return [
    packagesStep,
    jupyterStep,
    ...engine,
    ...addon,
    ...weightsSteps(),
    kernelStep([jupyterStep]),
    viewerStep([packagesStep, jupyterStep]),
    figuresStep([packagesStep, jupyterStep]),
  ];
}

/**
 * Brings the checkout to where everything runs; does nothing, and starts no process, if it is there already.
 * `parts` limits it to some of "packages", "jupyter", "engine", "weights", "kernel", "viewer", "figures".
 * @param {string[]} [parts]
 * @returns {Promise<{ steps: { name: string, seconds: number }[] }>}
 */
export async function setUp(parts = []) {
  const all = allSteps();
  const known = [...new Set(all.map(({ part }) => part))];
  const unknown = parts.find((part) => !known.includes(part));
  if (unknown) throw new Problem(`setup: found part "${unknown}", expected some of ${known.join(", ")}`);
  const steps = all.filter(({ part }) => parts.length === 0 || parts.includes(part));
  const todo = steps.filter((step) => !step.isDone());
  if (todo.length === 0) return { steps: [] };
  const tools = prerequisites(todo.flatMap(({ uses }) => uses));
  checkWritable();
  const onWait = (/** @type {number} */ pid) =>
    console.log(`Another set-up (process ${pid}) is at work; waiting for it.`);
  const release = onSignals();
  try {
    return await locked(join(engines, "setup.lock"), () => runAll(steps, tools), { onWait });
  } finally {
    release();
  }
}

/**
 * Runs the steps that are not done, each as soon as those before it are.
 * @param {Step[]} steps
 * @param {Tools} tools
 */
async function runAll(steps, tools) {
  const todo = steps.filter((step) => !step.isDone());
  checkSpace(todo);
  const progress = report(todo);
  /** @type {Map<Step, Promise<void>>} */
  const running = new Map();
  /** @type {(step: Step) => Promise<void>} */
  const run = async (step) => {
    if (!todo.includes(step)) return;
    const begun = running.get(step) ?? begin(step);
    running.set(step, begun);
    await begun;
  };
  const begin = async (/** @type {Step} */ step) => {
    await Promise.all((step.after ?? []).map(run));
    progress.begin(step);
    await step.run(tools);
    progress.end(step);
  };
  try {
    await Promise.all(todo.map(run));
    return { steps: progress.seconds() };
  } catch (error) {
    endChildren();
    throw friendly(error);
  } finally {
    progress.close();
  }
}

function checkWritable() {
  try {
    mkdirSync(home, { recursive: true });
    accessSync(home, constants.W_OK);
    mkdirSync(engines, { recursive: true });
    accessSync(engines, constants.W_OK);
  } catch (error) {
    throw friendly(error);
  }
}

/** @param {Step[]} todo */
function checkSpace(todo) {
  const needed = todo.reduce((sum, step) => sum + (step.needsMegabytes ?? 0), 0);
  const { bavail, bsize } = statfsSync(home);
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free < needed)
    throw new Problem(
      `${home}: ${free} MB are free, set-up needs ${needed} MB; free some space and run the same command again`,
    );
}

/**
 * The errors of the file system in a person's words.
 * @param {unknown} error
 */
function friendly(error) {
  const code = codeOf(error);
  const path = error instanceof Error && "path" in error ? error.path : home;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new Problem(`${path}: the disk is full; free some space and run the same command again`);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new Problem(
      `${path}: cannot be written; clone into a folder of your own, or change its owner (sudo chown -R "$USER" ${home})`,
    );
  return error;
}

/** Ctrl-C and a polite kill: the children end, half-made pieces go, finished ones stay. Returns what undoes this. */
function onSignals() {
  const stop = (/** @type {number} */ code) => () => {
    endChildren();
    console.log("\nStopped. What is finished is kept: the same command continues from here.");
    process.exit(code);
  };
  const handlers = { SIGINT: stop(130), SIGTERM: stop(143), SIGHUP: stop(129) };
  for (const [signal, handler] of Object.entries(handlers)) process.once(signal, handler);
  return () => {
    for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
  };
}
