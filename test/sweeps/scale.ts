// npm run bench:sweeps: what a sweep costs beside its trainings. A plan of 100,000 runs of which half are finished: how long its status and a claim take;
// and 1,000 workers that begin at once: how many requests they make of the file server, by the calls that reach its disk.
import fs, { mkdirSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freezeSources } from "../../lib/runs/sources.js";
import type { AttemptOptions } from "../../lib/sweeps/attempt.js";
import { writeEnd } from "../../lib/sweeps/ends.js";
import { type Places, placesOf } from "../../lib/sweeps/places.js";
import { extendPlan, readPlan } from "../../lib/sweeps/plan.js";
import { sweepStatus } from "../../lib/sweeps/status.js";
import { work } from "../../lib/sweeps/work.js";
import { temporary } from "../temporary.js";
import { tinyJobs } from "./tinyJobs.js";

freezeSources();
const [runs = 100_000, workers = 1000, latencyMs = 5] = process.argv.slice(2).map(Number);

// A read or a written file is opened, read or written, and closed; attributes that a network file system would keep for seconds are asked for anew.
const costs = {
  ...{
    existsSync: 1,
    statSync: 1,
    openSync: 1,
    closeSync: 1,
    writeSync: 1,
    readSync: 1,
    readdirSync: 1,
    renameSync: 1,
  },
  ...{ rmSync: 1, mkdirSync: 1, fsyncSync: 1, readFileSync: 3, writeFileSync: 3 },
} as const;
let requests = 0;
let latency = 0;
let where: string | undefined;
const asked = new Map<string, number>();
for (const name of Object.keys(costs) as (keyof typeof costs)[]) {
  const call = fs[name];
  Reflect.set(fs, name, (...words: unknown[]) => {
    const [path] = words;
    if (where !== undefined && (typeof path === "number" || String(path).startsWith(where))) {
      requests += costs[name];
      const [, folder] = /\/([^/]+)\/lock/.exec(String(path)) ?? [];
      if (folder !== undefined) asked.set(folder, (asked.get(folder) ?? 0) + 1);
      if (latency > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, latency * costs[name]);
    }
    return Reflect.apply(call, fs, words);
  });
}
syncBuiltinESMExports();

const say = (words: string) => process.stdout.write(`${words}\n`);
const tell = (what: string, value: number, unit: string) => say(`${what.padEnd(64)} ${value.toPrecision(3)} ${unit}`);
const finish: AttemptOptions["train"] = async (_, { held }) => {
  writeFileSync(join(held.folder, "metrics.json"), "{}");
  return { kind: "finished" };
};

async function planned(count: number): Promise<Places> {
  const places = placesOf(temporary("arco-scale-"), "scale");
  await extendPlan(places, tinyJobs(count), { threads: 1, imports: [] });
  return places;
}

/** Works until so many jobs are done; gives milliseconds and requests a job, the start apart. */
async function claims(places: Places, count: number): Promise<{ ms: number; requests: number; cpuMs: number }> {
  const enough = new AbortController();
  let done = 0;
  let begun = { time: 0, requests: 0, cpu: process.cpuUsage() };
  where = places.runs;
  await work(places, {
    signal: enough.signal,
    train: finish,
    onEnd() {
      if (done === 0) begun = { time: performance.now(), requests, cpu: process.cpuUsage() };
      if (++done > count) enough.abort();
    },
  });
  where = undefined;
  const { user, system } = process.cpuUsage(begun.cpu);
  const each = (value: number) => value / count;
  return {
    ms: each(performance.now() - begun.time),
    requests: each(requests - begun.requests),
    cpuMs: each((user + system) / 1000),
  };
}

say(`A plan of ${runs} runs, half of them finished`);
const large = await planned(runs);
const { jobs } = readPlan(large);
for (const job of jobs.slice(0, runs / 2)) {
  mkdirSync(join(large.runs, job.name));
  writeEnd(large, job, "finished");
}
const started = performance.now();
const cpu = process.cpuUsage();
const { counts } = sweepStatus(large);
tell("  status", (performance.now() - started) / 1000, `s (${JSON.stringify(counts)})`);
tell("    of which of a processor", process.cpuUsage(cpu).user / 1e6, "s");
for (const [count, places] of [
  [runs, large],
  [1000, await planned(1000)],
] as const) {
  const { ms, requests, cpuMs } = await claims(places, 300);
  tell(
    `  claim, record and end of a run, of ${count}`,
    ms,
    `ms, ${cpuMs.toPrecision(3)} of a processor, ${Math.round(requests)} requests`,
  );
}
latency = latencyMs;
tell(`  the same, each request ${latencyMs} ms`, (await claims(large, 20)).ms, "ms");
latency = 0;

say(`${workers} workers that begin at once`);
const shared = await planned(3 * workers);
const all = new AbortController();
let begun = 0;
where = shared.runs;
requests = 0;
asked.clear();
const wait: AttemptOptions["train"] = async (_, { signal }) => {
  begun++;
  await sleep(1e9, undefined, { signal }).catch(() => {});
  return { kind: "stopped" };
};
const ends = Array.from({ length: workers }, () => work(shared, { signal: all.signal, among: workers, train: wait }));
while (begun < workers) await sleep(10);
where = undefined;
tell("  requests of a worker until it trains", requests / workers, "");
tell("  requests on the run that most have asked for", Math.max(...asked.values()), "");

tell("  heartbeats and looks of all while they train, by their periods", (workers * (3 + 1)) / 10, "requests a second");
all.abort();
await Promise.all(ends);
