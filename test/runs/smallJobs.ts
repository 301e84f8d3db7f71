// A process that trains many small runs of a folder beside others like it: smallJobs.ts RUNS PLACE. Used by claim.test.ts.
import fs, { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import type { Trainer } from "../../lib/methods/method.js";
import { openRunWhenFree } from "../../lib/runs/run.js";
import type { Batches } from "../../lib/training/batches/batches.js";
import type { Config } from "../../lib/training/config/schema.js";
import { train } from "../../lib/training/loop.js";
import { exampleConfig, exampleMetrics } from "./examples.js";

/** How many runs there are. */
export const jobs = 50;

/** Signs of life so frequent that a test need not wait for minutes. */
export const lease = { beatMs: 50, expiryMs: 3000 };

/** The config of one of the runs. */
export const configOf = (job: number): Config => ({ ...exampleConfig, seed: job, steps: 6, validateEvery: 100 });

/** One weight that every step moves by a number that depends on the seed and the step. */
function toy(seed: number): Trainer {
  const weight = tf.variable(tf.scalar(seed));
  return {
    async step({ step }) {
      weight.assign(tf.tidy(() => weight.mul(0.9).add(Math.sin(seed + step))));
      return { loss: tf.tidy(() => weight.square().asScalar()) };
    },
    predict: (image) => image,
    variables: { "model/weight": weight },
    dispose: () => weight.dispose(),
  };
}

const batches: Batches = {
  at: async (step) => ({
    ...{ step, image: new Float32Array(1), imageShape: [1], label: new Int32Array(1), labelShape: [1] },
    ...{ labeled: 1, unlabeled: 0, examples: [], views: {} },
  }),
  waitedMs: 0,
  prepared: 0,
  close: async () => {},
};

/** Trains one run to its end, unless that is done; `trace` is told of every step, and of the end. */
export async function trainSmall(runs: string, job: number, { place = "here", trace = (_: string) => {} } = {}) {
  const run = await openRunWhenFree(runs, configOf(job), { ...lease, place });
  const trainer = toy(job);
  try {
    if (run.readMetrics()) return;
    for await (const { step } of train({ journal: run, trainer, batches, checkpointEvery: 2 }))
      trace(`${job} ${process.pid} ${step}`);
    const [dice] = await trainer.variables["model/weight"].data();
    run.writeMetrics({ ...exampleMetrics, seed: job, mean: { ...exampleMetrics.mean, dice } });
    trace(`${job} ${process.pid} end`);
  } finally {
    trainer.dispose();
    run.close();
  }
}

/** Makes what touches the disk take up to some milliseconds, as over a network. */
function slowDisk(milliseconds: number): void {
  const names = ["openSync", "renameSync", "rmSync", "readdirSync", "readFileSync", "closeSync"] as const;
  const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds * Math.random());
  for (const name of names) {
    const fast = fs[name];
    const slow = (...words: unknown[]) => {
      wait();
      return Reflect.apply(fast, fs, words);
    };
    Reflect.set(fs, name, slow);
  }
  syncBuiltinESMExports();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [runs, place] = process.argv.slice(2);
  await startEngine("js");
  slowDisk(4);
  const from = Math.floor(jobs * Math.random());
  for (let at = 0; at < jobs; at++) {
    const job = (from + at) % jobs;
    await trainSmall(runs, job, { place, trace: (line) => appendFileSync(join(runs, "trace"), `${line}\n`) });
  }
}
