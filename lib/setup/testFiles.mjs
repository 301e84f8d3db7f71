import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { handOver } from "./handOver.mjs";
import { root } from "./paths.mjs";
import { Problem } from "./problem.mjs";
import { setUp } from "./steps.mjs";
import { testCache } from "./testCache.mjs";

/** @type {Record<string, RegExp>} */
const kinds = {
  fixtures: /\.fixtures\.test\.ts$/,
  phantoms: /\/phantomTraining\.test\.ts$/,
  browser: /^test\/browser\/.*\.browser\.ts$/,
  gpu: /^test\/gpu\/.*\.gpu\.ts$/,
  trackers: /^test\/trackers\/.*\.trackers\.ts$/,
  slurm: /^test\/slurm\/.*\.slurm\.ts$/,
  all: /\.test\.ts$/,
};

/**
 * Sets up, then runs the tests of a kind ("fixtures", "phantoms", "browser", "gpu", "slurm", "trackers", else all) whose paths contain one of the
 * words; options go to node, as `--watch` does.
 * @param {string[]} args
 */
export async function runTests(args) {
  await setUp();
  await runFiles(root, args);
}

/**
 * Runs the test files of a checkout in which everything is set up.
 * @param {string} checkout
 * @param {string[]} args
 */
export async function runFiles(checkout, args) {
  const [kind, rest] = Object.hasOwn(kinds, args[0] ?? "") ? [args[0], args.slice(1)] : ["all", args];
  const options = rest.filter((word) => word.startsWith("-"));
  const words = rest.filter((word) => !word.startsWith("-"));
  const files = readdirSync(join(checkout, "test"), { recursive: true, encoding: "utf8" })
    .map((file) => `test/${file}`)
    .filter((file) => kinds[kind].test(file) && (words.length === 0 || words.some((word) => file.includes(word))))
    .sort();
  if (files.length === 0)
    throw new Problem(`test: no ${kind === "all" ? "" : `${kind} `}test file matches ${words.join(", ")}`);
  // two files at once at least: while one compiles or waits for a process, another one computes; no more than eight, for
  // each takes up to a gigabyte
  const concurrency = ["browser", "gpu", "slurm", "trackers"].includes(kind)
    ? 1
    : Math.min(8, Math.max(2, Math.floor(availableParallelism() / 2)));
  const runner = ["--import", "tsx", "--test", "--test-reporter=spec", `--test-concurrency=${concurrency}`, ...options];
  const cache = testCache(join(checkout, "cache", "tests"));
  /** @type {NodeJS.ProcessEnv} */
  const env = { ARCO_CACHE: cache.path };
  if (kind === "phantoms") env.ARCO_PHANTOMS = "all";
  // one thread each, with which a training of small images is faster than with two that wait for one another
  if (concurrency > 1 && files.length > 1) env.ARCO_THREADS = process.env.ARCO_THREADS ?? "1";
  try {
    await handOver([process.execPath, ...runner, ...files], { cwd: checkout, env });
  } finally {
    cache.remove();
  }
}
