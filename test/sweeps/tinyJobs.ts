// A worker whose trainings sleep for a moment instead: tinyJobs.ts PLAN PLACE MILLISECONDS. Used by tinyJobs.test.ts.
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runName } from "../../lib/runs/folder.js";
import type { Job } from "../../lib/runs/job.js";
import { freezeSources } from "../../lib/runs/sources.js";
import type { AttemptOptions } from "../../lib/sweeps/attempt.js";
import { placesIn } from "../../lib/sweeps/places.js";
import { work } from "../../lib/sweeps/work.js";
import { exampleConfig } from "../runs/examples.js";

/** So many jobs, which differ in their seeds. */
export const tinyJobs = (count: number): Job[] =>
  Array.from({ length: count }, (_, seed) => {
    const config = { ...exampleConfig, seed };
    return { name: runName(config), config, phase: "training" as const, needs: [], titles: ["tiny"] };
  });

/** In the place of a training: says in the run's folder that it begins, sleeps, and leaves a result; it fails where there is one already. */
export const tiny =
  (milliseconds: number): NonNullable<AttemptOptions["train"]> =>
  async (_, { held: { folder, claim } }) => {
    const result = join(folder, "metrics.json");
    if (existsSync(result)) throw new Error(`${folder} is begun again after its end`);
    appendFileSync(join(folder, "trace"), `${process.pid}\n`);
    await sleep(milliseconds * 2 * Math.random());
    claim.check();
    writeFileSync(result, "{}", { flag: "wx" }); // it is the end: one step, in which none can be killed halfway
    return { kind: "finished" };
  };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [plan, place, milliseconds] = process.argv.slice(2);
  freezeSources();
  const train = tiny(Number(milliseconds));
  const signal = new AbortController().signal;
  const started = performance.now();
  const why = await work(placesIn(plan), { train, signal, among: 8, lease: { beatMs: 100, expiryMs: 3000, place } });
  console.log(`${why} after ${Math.round(performance.now() - started)} ms`);
}
