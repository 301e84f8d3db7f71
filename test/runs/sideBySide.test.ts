import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { engineHere } from "../../lib/engine/start.js";
import { memoryFor } from "../../lib/runs/jobMemory.js";
import { jobPool } from "../../lib/runs/jobPool.js";
import { sideBySide } from "../../lib/runs/sideBySide.js";
import { registerSampler } from "../../lib/samplers/index.js";
import { resolveConfig } from "../../lib/training/config/config.js";

const usual = process.env.ARCO_THREADS;
afterEach(() => {
  if (usual === undefined) delete process.env.ARCO_THREADS;
  else process.env.ARCO_THREADS = usual;
});

const small = resolveConfig({ benchmark: "hippocampus" });
const large = resolveConfig({ benchmark: "acdc", method: "meanTeacher", data: { size: 256 } });
const cuts = resolveConfig({ benchmark: "phantom-pascal", preset: "smoke" });
const volumes = resolveConfig({ benchmark: "phantom-la", preset: "mini" });

test("small images are trained with a thread each, as many as there are cores; large ones and volumes one at a time with all", () => {
  delete process.env.ARCO_THREADS;
  for (const cores of [1, 2, 16]) {
    assert.deepEqual(sideBySide([small, small], { cores }), { processes: cores, threads: 1 });
    assert.deepEqual(sideBySide([cuts], { cores }), { processes: cores, threads: 1 }, "small cuts of photographs");
    for (const config of [large, volumes])
      assert.deepEqual(sideBySide([small, config], { cores }), { processes: 1, threads: cores });
  }
});

test("how many is set by whoever asks; large images then share the cores, and ARCO_THREADS wins", () => {
  delete process.env.ARCO_THREADS;
  assert.deepEqual(sideBySide([small], { cores: 8, parallel: 3 }), { processes: 3, threads: 1 });
  assert.deepEqual(sideBySide([large], { cores: 8, parallel: 3 }), { processes: 3, threads: 2 });
  assert.deepEqual(sideBySide([large], { cores: 2, parallel: 3 }), { processes: 3, threads: 1 });
  process.env.ARCO_THREADS = "2";
  assert.deepEqual(sideBySide([small], { cores: 8 }), { processes: 4, threads: 2 });
  assert.deepEqual(sideBySide([large], { cores: 8, parallel: 3 }), { processes: 3, threads: 2 });
});

test("a number of trainings side by side that is none is a Problem, and nothing is quietly left untrained", () => {
  for (const parallel of [0, -1, 1.5, Number.NaN])
    assert.throws(() => sideBySide([small], { parallel }), {
      name: "Problem",
      message: `parallel: found ${parallel}, expected a whole number from 1`,
    });
});

test("before a further process is started there has to be memory for it: what a training was seen to take, or what its pixels suggest", () => {
  let available = 64e9;
  const watch = memoryFor([small, large], { available: () => available });
  assert.equal(watch.lacking(), undefined);
  available = 1e9;
  assert.match(
    watch.lacking() ?? "",
    /^memory: 1\.0 GB are left, one more training side by side would take about 2\.0 GB; fewer run at once$/,
  );
  watch.seen(0.7e9);
  assert.equal(watch.lacking(), undefined, "it takes less than was assumed");
  watch.seen(0.9e9);
  assert.match(watch.lacking() ?? "", /about 1\.1 GB/);
});

test("where memory is short one process works and no other is started, which is said once", async () => {
  const said: string[] = [];
  const pool = jobPool(
    { processes: 3, threads: 1 },
    { lacking: () => "memory is short", onNote: (words) => said.push(words) },
  );
  const first = pool.free(1);
  assert.ok(first);
  const order = { config: small, phase: "training", runs: "/dev/null/nowhere" } as const;
  const working = first(order, { hear: () => {} });
  assert.equal(pool.free(1), undefined);
  assert.equal(pool.free(1), undefined);
  assert.deepEqual(said, ["memory is short"]);
  assert.match(JSON.stringify(await working), /"failed".*nowhere/);
  assert.ok(pool.free(1), "the one that works takes the next training");
  await pool.close();
});

test("what this process alone knows is trained in it, whatever is asked for", () => {
  registerSampler({
    name: "firstPixels",
    draw: (_, groups, n) => ({
      ...groups,
      index: new Int32Array(n),
      weight: new Float32Array(n),
      group: new Int32Array(n),
    }),
  });
  const own = resolveConfig({ method: "arco", options: { sampler: "firstPixels" } });
  const { processes, threads } = sideBySide([small, own], { cores: 8, parallel: 3 });
  assert.deepEqual([processes, threads], [1, engineHere().threads]);
});
