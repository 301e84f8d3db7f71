import { readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { handOver } from "./handOver.mjs";
import { root } from "./paths.mjs";
import { Problem } from "./problem.mjs";
import { setUp } from "./steps.mjs";

/** @type {Record<string, RegExp>} */
const kinds = {
  fixtures: /\.fixtures\.test\.ts$/,
  phantoms: /\/phantomTraining\.test\.ts$/,
  browser: /^test\/browser\/.*\.browser\.ts$/,
  all: /\.test\.ts$/,
};

/**
 * Runs the tests of a kind ("fixtures", "phantoms", "browser", else all) whose paths contain one of the words.
 * @param {string[]} args
 */
export async function runTests(args) {
  await setUp();
  const [kind, rest] = Object.hasOwn(kinds, args[0] ?? "") ? [args[0], args.slice(1)] : ["all", args];
  if (kind === "phantoms") process.env.ARCO_PHANTOMS = "all";
  const options = rest.filter((word) => word.startsWith("-"));
  const words = rest.filter((word) => !word.startsWith("-"));
  const files = readdirSync(join(root, "test"), { recursive: true })
    .map((file) => `test/${file}`)
    .filter((file) => kinds[kind].test(file) && (words.length === 0 || words.some((word) => file.includes(word))))
    .sort();
  if (files.length === 0)
    throw new Problem(`test: no ${kind === "all" ? "" : `${kind} `}test file matches ${words.join(", ")}`);
  // two files at once at least: while one compiles or waits for a process, another one computes; no more than eight, for each takes up to a gigabyte
  const concurrency = kind === "browser" ? 1 : Math.min(8, Math.max(2, Math.floor(availableParallelism() / 2)));
  // and each of them takes one thread, with which a training of small images is faster than with two that wait for one another
  if (concurrency > 1 && files.length > 1) process.env.ARCO_THREADS ??= "1";
  const runner = ["--import", "tsx", "--test", "--test-reporter=spec", `--test-concurrency=${concurrency}`, ...options];
  process.env.ARCO_CACHE = join(root, "cache", "tests"); // what tests decode is their own, and made anew
  rmSync(process.env.ARCO_CACHE, { recursive: true, force: true });
  await handOver([process.execPath, ...runner, ...files], { cwd: root });
}
