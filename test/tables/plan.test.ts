import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { benchmarks } from "../../lib/benchmarks/index.js";
import { tableNumbers } from "../../lib/paper/published.js";
import { tables } from "../../lib/paper/tables.js";
import { Problem } from "../../lib/problem.js";
import { paceIn } from "../../lib/runs/pace.js";
import { runName } from "../../lib/runs/run.js";
import { holm } from "../../lib/statistics/correction.js";
import { pairsNeeded } from "../../lib/statistics/decision.js";
import { paired } from "../../lib/statistics/paired.js";
import { tableArms } from "../../lib/tables/arms.js";
import { planTable, reproduceTable } from "../../lib/tables/plan.js";
import { planSheet } from "../../lib/tables/planSheet.js";
import { tableResult } from "../../lib/tables/result.js";
import { resultSheet } from "../../lib/tables/sheet.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { boxes } from "../boxes.js";
import { narrow } from "../narrow.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";

// so that small images are trained in this process: a signal then acts between two steps, where a process of its own may be done before it hears of it
process.env.ARCO_THREADS = "1";
const home = temporary("arco-table-");
const tiny = { benchmark: await boxes() };
const smoke = { preset: "smoke", seeds: [0, 1] } as const;

test("without a choice a table is made of short runs on the hippocampus sample, beside the column of the fewest labels", () => {
  const { benchmark, labeled, preset, protocol, seeds, column, arms } = tableArms(1);
  assert.deepEqual(
    { benchmark, labeled, preset, protocol, seeds },
    { benchmark: "hippocampus", labeled: 1, preset: "mini", protocol: "lab", seeds: [0, 1, 2] },
  );
  assert.deepEqual(column, { dataset: "ACDC", labeled: "1%", isSameData: false, comparable: false });
  assert.equal(arms.length, 22);
  const [full, few] = arms;
  assert.deepEqual(
    [full, few].map(({ title, configs, published }) => [title, configs[2].labeled, configs[2].seed, published?.dice]),
    [
      ["UNet-F", 60, 2, 91.5],
      ["UNet-L", 1, 2, 40.3],
    ],
  );
});

test("only the same data and number of labels is comparable with a published column", () => {
  const columnOf = (benchmark: string, labeled: number) => {
    const { isSameData, ...column } = tableArms(1, { benchmark, labeled }).column;
    assert.equal(isSameData, benchmark === "acdc");
    return column;
  };
  assert.deepEqual(columnOf("acdc", 1), { dataset: "ACDC", labeled: "1%", comparable: true });
  assert.deepEqual(columnOf("acdc", 7), { dataset: "ACDC", labeled: "10%", comparable: true });
  assert.deepEqual(columnOf("acdc", 70), { dataset: "ACDC", labeled: "10%", comparable: false });
  assert.deepEqual(columnOf("hippocampus", 3), { dataset: "ACDC", labeled: "5%", comparable: false });
  assert.equal(tableArms(2, { benchmark: "acdc", labeled: 3 }).column.comparable, false);
  assert.equal(tableArms(5, { benchmark: "acdc" }).column.comparable, false);
  const onLa = (lists: string) => tableArms(9, { benchmark: "la", config: { data: { lists } } }).column;
  assert.deepEqual(onLa("official"), { dataset: "LA", labeled: "1%", isSameData: true, comparable: true });
  assert.deepEqual(onLa("found"), { dataset: "LA", labeled: "1%", isSameData: false, comparable: false });
});

test("table 9 sees the sample as volumes, with a V-Net in every row", () => {
  for (const benchmark of [undefined, "hippocampus"]) {
    const { arms, benchmark: seen } = tableArms(9, { benchmark, preset: "smoke", seeds: [0] });
    assert.equal(seen, "hippocampus-volumes");
    assert.deepEqual(
      [...new Set(arms.flatMap(({ configs }) => configs.map((one) => [one.benchmark, one.network].join())))],
      ["hippocampus-volumes,vnet"],
    );
    assert.ok(arms.every(({ configs, notYet }) => configs.length === 1 && !notYet));
  }
});

test("rows whose network does not know the data are named with what is missing, and never trained", () => {
  const { arms: slices } = tableArms(9, { benchmark: "acdc" });
  assert.ok(slices.every(({ notYet, configs }) => /^network vnet of/.test(notYet ?? "") && configs.length === 0));
  assert.deepEqual(planTable(9, { runs: home, benchmark: "acdc", preset: "smoke" }).jobs, []);
});

test("table 7 is made on photographs: of phantoms unless told otherwise, beside the column of what stands in", () => {
  const { arms, benchmark, column } = tableArms(7, { preset: "smoke" });
  assert.deepEqual([benchmark, column.dataset, column.comparable], ["phantom-pascal", "Pascal VOC", false]);
  assert.deepEqual(
    arms.map(({ title, notYet }) => [title, notYet]).slice(0, 4),
    ["Supervised", "ClassMix", "ReCo+ClassMix", "ARCO-SAG(9)+ClassMix"].map((title) => [title, undefined]),
  );
  assert.ok(arms.every(({ configs }) => configs.every(({ network, weights }) => network === "lite0" && weights)));
  assert.deepEqual(
    arms.slice(3).map(({ configs: [{ options }] }) => [options.sampler, options.cells]),
    ["sag", "sg"].flatMap((sampler) => [3, 4, 5].map((cells) => [sampler, cells])),
  );
  assert.equal(tableArms(7, { benchmark: "camvid", preset: "full" }).column.dataset, "Cityscapes");
  const { configs } = tableArms(7, { benchmark: "pascal", preset: "full", protocol: "released" }).arms[0];
  assert.deepEqual([configs[0].network, configs[0].steps, configs[0].batch.labeled], ["resnet101", 40_000, 20]);
  assert.equal(configs[0].optimizer.schedule, "polyPerEpoch");
});

test("a row whose pre-training has one of its own needs each of them once, and frameworks without labels are shared by all samplers", () => {
  const stages = (table: 1 | 8, only: string) =>
    planTable(table, { runs: home, ...smoke, seeds: [0], only: [only] }).jobs.map(({ phase, config, rows }) => [
      phase,
      config.method,
      config.labeled,
      rows.length,
    ]);
  assert.deepEqual(stages(1, "GCL"), [
    ["pretraining", "gclGlobal", 0, 1],
    ["pretraining", "gclLocal", 0, 1],
    ["training", "gcl", 1, 1],
  ]);
  assert.deepEqual(stages(8, "MoCov2"), [
    ["pretraining", "moco", 0, 3],
    ...[1, 2, 3].map(() => ["training", "arco", 1, 1]),
  ]);
});

test("data of the paper that the lab does not have are named, and a table says so", () => {
  for (const table of tableNumbers)
    for (const { benchmark, dataset } of tables[table].datasets) {
      const isThere = Object.hasOwn(benchmarks, benchmark);
      const { notes } = planSheet(planTable(table, { runs: home, ...smoke }));
      assert.equal(
        notes.some((note) => note.startsWith("Not yet, on the data of the paper") && note.includes(dataset)),
        !isThere,
      );
      if (isThere) continue;
      assert.throws(
        () => tableArms(table, { benchmark }),
        (error) => error instanceof Problem && error.message.includes(`does not have ${dataset} ("${benchmark}") yet`),
      );
    }
});

test("a change goes into every config, and what makes a row a row wins over it", () => {
  const config = { steps: 7, optimizer: { rate: 0.5 } };
  const { arms } = tableArms(1, { ...smoke, only: ["UNet"], config: { ...config, labeled: 6, method: "meanTeacher" } });
  for (const [at, labeled] of [60, 1].entries())
    assert.deepEqual(
      arms[at].configs,
      [0, 1].map((seed) => resolveConfig({ ...config, preset: "smoke", method: "supervised", labeled, seed })),
    );
});

test("a row is asked for by its name, or rows by a part of theirs", () => {
  const titles = (...only: string[]) => tableArms(1, { only }).arms.map(({ title }) => title);
  assert.deepEqual(titles("MT"), ["MT"]);
  assert.deepEqual(titles("amt", "unet-"), ["UNet-F", "UNet-L", "UAMT"]);
});

test("a change that other rows do not know goes into the rows that are asked for", () => {
  const config = { pretraining: { options: { part: "network" } } };
  const asked = (...only: string[]) => tableArms(8, { ...smoke, config, only }).arms;
  const [{ title, configs }] = asked("SimCLR, SG");
  assert.equal(title, "SimCLR, SG");
  for (const { pretraining } of configs) assert.equal(pretraining?.options.part, "network");
  assert.throws(() => asked("ARCO, SG"), /table 8, ARCO, SG: unknown key "pretraining.options.part"/);
});

test("an unknown row, benchmark or number of labels is named with what there is", () => {
  const problem = (choice: object, message: RegExp) =>
    assert.throws(
      () => tableArms(1, choice),
      (error) => error instanceof Problem && message.test(error.message),
    );
  problem({ only: ["UNet-X"] }, /--only: found "UNet-X", expected a part of one of: UNet-F · UNet-L/);
  problem({ benchmark: "hipocampus" }, /did you mean "hippocampus"/);
  problem({ labeled: 2 }, /labeled: found 2, expected one of 1, 3, 6, 60/);
  problem({ config: { optoins: {} } }, /unknown key "optoins"; did you mean "options"/);
});

test("a plan says which runs are finished, half done or missing, and takes its pace from those that were timed", () => {
  const runs = join(home, "plan");
  mkdirSync(runs, { recursive: true });
  writeFileSync(join(runs, "report.html"), "a report of the quick start lies among the runs");
  const plan = () => planTable(1, { runs, ...smoke, only: ["UNet-F", "UNet-L", "MT"], parallel: 1 });
  const before = plan();
  assert.deepEqual(
    before.jobs.map(({ rows, seed, phase, state, step, steps }) => [rows.join(), seed, phase, state, step, steps]),
    [0, 1].flatMap((seed) => ["UNet-F", "UNet-L", "MT"].map((row) => [row, seed, "training", "missing", 0, 10])),
  );
  for (const { seconds, basis } of before.jobs) assert.ok(seconds > 0 && basis.startsWith("assumed"));
  const together = planTable(1, { runs, ...smoke, only: ["UNet-F", "UNet-L", "MT"], parallel: 3 });
  assert.equal(together.processes, 3);
  assert.ok(before.seconds > before.jobs.reduce((sum, { seconds }) => sum + seconds, 0), "the tests take time too");
  assert.ok(together.seconds < before.seconds && together.seconds > before.seconds / 3.1);

  const [finished, half] = before.jobs.filter(({ rows: [row] }) => row === "UNet-L").map(({ run }) => join(runs, run));
  writeRun(finished, before.jobs[1].config, { steps: 10, seconds: 5, files: ["metrics.json"] });
  writeRun(half, before.jobs[4].config, { steps: 4, seconds: 3 });
  const after = plan();
  assert.deepEqual(
    after.jobs.map(({ state, step }) => [state, step]),
    [
      ["missing", 0],
      ["finished", 10],
      ["missing", 0],
      ["missing", 0],
      ["half", 4],
      ["missing", 0],
    ],
  );
  const pace = (5 + 3) / (10 + 4);
  assert.deepEqual(
    after.jobs.map(({ basis }) => basis.slice(0, 8)),
    ["measured", "measured", "assumed:", "measured", "measured", "assumed:"],
  );
  for (const [at, steps] of [10, 0, undefined, 10, 6].entries())
    if (steps !== undefined) assert.ok(Math.abs(after.jobs[at].seconds - steps * pace) < 1e-9);
});

/** The traces of a training, without one. */
function writeRun(
  folder: string,
  config: object,
  { steps, seconds, files = [] }: { steps: number; seconds: number; files?: string[] },
): void {
  mkdirSync(join(folder, "checkpoints"), { recursive: true });
  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  write("config.json", config);
  write("timing.json", [{ fromStep: 0, toStep: steps, trainSeconds: seconds }]);
  writeFileSync(join(folder, "log.jsonl"), Array.from({ length: steps }, (_, at) => `{"step":${at + 1}}\n`).join(""));
  for (const name of ["checkpoints/last.safetensors", ...files]) writeFileSync(join(folder, name), "");
}

test("an assumed pace grows with the pixels and images of a step", () => {
  const pace = (given: object) => paceIn(join(home, "nothing"))(resolveConfig(given)).secondsPerStep;
  assert.ok(pace({ batch: { labeled: 16 } }) > pace({ batch: { labeled: 8 } }));
  assert.ok(pace({ benchmark: "acdc", preset: "smoke" }) > pace({ benchmark: "hippocampus", preset: "smoke" }));
  const small = pace({ benchmark: "acdc", data: { size: 128 } });
  const large = pace({ benchmark: "acdc", data: { size: 256 } });
  const cut = (crop: number) => pace({ benchmark: "camvid", data: { crop } });
  assert.ok(Math.abs(cut(320) / cut(160) - 4) < 0.1, "of photographs the cuts count");
  assert.ok(large > small && large < 4 * small);
});

test("the numbers of a table are those of the runs on disk; every comparison is in pairs, corrected for all of them", async () => {
  const runs = join(home, "result");
  const seeds = [0, 1, 2];
  const shifts = { "UNet-F": [1, 1, 1], "UNet-L": [3, 2, 3], MT: [2, 3, 1] };
  const dice: Record<string, number[]> = { "UNet-F": [], "UNet-L": [], MT: [] };
  for (const seed of seeds)
    for (const [row, labeled, method] of [
      ["UNet-F", 60, "supervised"],
      ["UNet-L", 1, "supervised"],
      ["MT", 1, "meanTeacher"],
    ] as const) {
      const { metrics } = await sampleRun(runs, { method, labeled, seed }, { shift: shifts[row][seed] });
      dice[row].push(metrics.mean.dice);
    }
  const result = tableResult(1, { runs, preset: "smoke", seeds, only: Object.keys(dice) });
  for (const { title, runs: found, score: ours, fromPublished, comparison } of result.rows) {
    assert.deepEqual(
      found.map(({ metrics }) => metrics.mean.dice),
      dice[title],
    );
    assert.ok(Math.abs(ours.mean - dice[title].reduce((sum, value) => sum + value) / 3) < 1e-12);
    assert.deepEqual([fromPublished, comparison], [undefined, undefined]); // other data, and ARCO-SG is not among them
  }
  assert.equal(result.rows[0].published?.dice, 91.5);
  assert.deepEqual(result.data, { title: result.data.title, unit: "mm", phantom: false, measure: "Dice" });

  const again = tableResult(1, { runs, preset: "smoke", seeds: [0, 1, 2, 3], only: Object.keys(dice) });
  assert.deepEqual(
    again.rows.map(({ runs: found }) => found.length),
    [3, 3, 3],
  );
  assert.equal(tableResult(1, { runs, ...smoke, only: ["MT"] }).rows[0].runs.length, 2);
});

test("a comparison is of pairs with the same seed, its p corrected for the number of comparisons, and it says how many seeds would decide", async () => {
  const runs = join(home, "compared");
  const seeds = [0, 1, 2];
  const options = { contrast: { weights: { contrast: 0 } }, nearest: { weights: { nearest: 0 } } };
  const given = {
    "ARCO-NS, full": [{ sampler: "ns" }, [2, 1, 2]],
    "ARCO-NS, w/o tailness (L_contrast)": [{ sampler: "ns", ...options.contrast }, [4, 2, 3]],
    "ARCO-NS, w/o diversity (L_nn)": [{ sampler: "ns", ...options.nearest }, [2, 2, 1]],
    "ARCO-SG, full": [{ sampler: "sg" }, [1, 1, 1]],
  } as const;
  const dice: Record<string, number[]> = {};
  for (const [title, [changed, shifts]] of Object.entries(given)) {
    dice[title] = [];
    for (const seed of seeds) {
      const config = { method: "arco", labeled: 1, seed, options: { ...changed } };
      dice[title].push((await sampleRun(runs, config, { shift: shifts[seed], cases: 2 })).metrics.mean.dice);
    }
  }
  const choice = { runs, preset: "smoke", seeds, only: Object.keys(given) } as const;
  const result = tableResult(2, choice);
  const whole = dice["ARCO-NS, full"];
  const compared = result.rows.filter(({ title }) => title !== "ARCO-NS, full");
  const expected = compared.map(({ title }) => paired(whole, dice[title]));
  const corrected = holm(expected.map(({ tTest = Number.NaN }) => tTest));
  assert.equal(compared.length, 3);
  for (const [at, { comparison }] of compared.entries()) {
    assert.deepEqual([comparison?.against, comparison?.pairs], ["ARCO-NS, full", expected[at]]);
    assert.equal(comparison?.p, corrected[at]);
    assert.equal(comparison?.found, "too few");
    const { n, mean, sd = 0 } = expected[at].difference;
    assert.deepEqual(comparison?.seedsNeeded, pairsNeeded({ n, mean, sd }, { comparisons: 3 }));
  }
  assert.ok(Math.abs((compared[1].comparison?.publishedPoints ?? 0) - (60.9 - 82.6)) < 1e-9);
  assert.equal(result.rows.find(({ title }) => title === "ARCO-NS, full")?.comparison, undefined);

  const one = tableResult(2, { ...choice, seeds: [0] }).rows.map(({ comparison }) => comparison);
  for (const comparison of one.filter((found) => found !== undefined))
    assert.deepEqual([comparison.p, comparison.found, comparison.seedsNeeded], [undefined, "too few", undefined]);
  assert.equal(
    tableResult(2, { ...choice, only: ["ARCO-SG"] }).rows[0].comparison,
    undefined,
    "its reference is not there",
  );
});

test("against the paper stands the difference to the printed number, with the interval of our seeds, and never for phantoms", async () => {
  const runs = join(home, "acdc");
  const seeds = [0, 1];
  const dice: number[] = [];
  const write = async (phantom: boolean) => {
    for (const seed of seeds) {
      const { metrics } = await sampleRun(join(home, "source"), { seed, labeled: 3 }, { shift: 1 + seed, cases: 1 });
      const config = resolveConfig({ benchmark: "acdc", labeled: 1, preset: "smoke", method: "supervised", seed });
      const folder = join(runs, runName(config));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "metrics.json"), JSON.stringify({ ...metrics, benchmark: "acdc", phantom }));
      dice.push(metrics.mean.dice);
    }
  };
  const row = () => tableResult(1, { runs, benchmark: "acdc", preset: "smoke", seeds, only: ["UNet-L"] });
  await write(false);
  const { points = 0, interval } = row().rows[0].fromPublished ?? {};
  const [mean, half] = [(dice[0] + dice[1]) / 2, (12.706204736 * Math.abs(dice[0] - dice[1])) / 2]; // t of 1 degree of freedom
  assert.ok(Math.abs(points - (100 * mean - 40.3)) < 1e-9);
  assert.ok(interval && Math.abs(interval[0] - (100 * (mean - half) - 40.3)) < 1e-6);
  assert.ok(interval && Math.abs(interval[1] - (100 * (mean + half) - 40.3)) < 1e-6);
  await write(true);
  assert.deepEqual([row().rows[0].fromPublished, row().data.phantom], [undefined, true]);
});

test("table 2 trains the rows without a sampler once for all, and a pre-training once for all rows of a seed", () => {
  const { jobs, arms } = planTable(2, { runs: join(home, "nothing"), ...smoke });
  const rowsOf = (phase: string) => jobs.filter((job) => job.phase === phase).map(({ rows }) => rows.length);
  assert.deepEqual([arms.length, rowsOf("pretraining")], [11, [10, 10]]);
  assert.deepEqual(rowsOf("training"), [1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1, 1, 1, 1]);
  const order = jobs.map(({ seed }) => seed);
  assert.deepEqual(order, [...order].sort());
  assert.deepEqual(tableResult(2, { runs: join(home, "nothing"), ...smoke }).shared, [
    ["ARCO-SAG, w/o tailness (L_contrast)", "ARCO-SG, w/o tailness (L_contrast)", "ARCO-NS, w/o tailness (L_contrast)"],
  ]);
});

test("what tables 3 and 4 leave out is what differs in their configs, in both phases where it acts in both", () => {
  const jobs = (table: 3 | 4) => planTable(table, { runs: join(home, "nothing"), preset: "smoke", seeds: [0] }).jobs;
  const pretraining = (table: 3 | 4) => jobs(table).filter(({ phase }) => phase === "pretraining");
  assert.deepEqual(
    pretraining(3).map(({ config }) => config.options.weights),
    [
      { global: 1, local: 1 },
      { global: 0, local: 1 },
      { global: 1, local: 0 },
    ],
  );
  const acdc = planTable(4, { runs: join(home, "nothing"), benchmark: "acdc", seeds: [0] }).jobs;
  const moves = ({ config: { augmentation } }: (typeof acdc)[number]) =>
    [augmentation.rotation, augmentation.crop, augmentation.flip].map(Number).join("");
  assert.deepEqual(acdc.filter(({ phase }) => phase === "pretraining").map(moves), ["111", "011", "101", "110", "000"]);
  assert.equal(acdc.length, 1 + 5 + 2 * 5);
  // the hippocampus sample is never flipped in protocol lab, for left and right would not change but front and back would
  assert.equal(jobs(4).length, 1 + 4 + 2 * 4);
  const { shared, rows } = tableResult(4, { runs: join(home, "nothing"), preset: "smoke", seeds: [0] });
  assert.deepEqual(shared[0], ["ARCO-SAG, all augmentations", "ARCO-SAG, w/o horizontal flipping"]);
  assert.ok(rows.every(({ comparison }) => comparison === undefined));
});

test("the released protocol draws as the released code, and the naive sampler is the same in all", () => {
  const samplerOf = (protocol: "lab" | "released") =>
    tableArms(2, { ...smoke, protocol, only: ["full"] }).arms.map(({ configs }) => configs[0].options.sampler);
  assert.deepEqual(samplerOf("lab"), ["sag", "sg", "ns"]);
  assert.deepEqual(samplerOf("released"), ["sagReleased", "sgReleased", "ns"]);
});

test("a table trains what is missing, stops at a signal, continues there, and tells the same again without training", async () => {
  const runs = join(home, "trained");
  const choice = {
    runs,
    parallel: 1,
    preset: "smoke",
    seeds: [0],
    ...tiny,
    config: { steps: 2, network: narrow },
    only: ["Vanilla", "ARCO-NS, full"],
  } as const;
  const controller = new AbortController();
  const reason = new Error("enough");
  const stopped = reproduceTable(2, {
    ...choice,
    signal: controller.signal,
    onProgress: ({ at: { number, step } }) => number === 3 && step === 1 && controller.abort(reason),
  });
  await assert.rejects(stopped, reason);
  assert.deepEqual(
    planTable(2, choice).jobs.map(({ phase, state, step }) => [phase, state, step]),
    [
      ["pretraining", "finished", 5],
      ["training", "finished", 2],
      ["training", "half", 1],
    ],
  );
  const seen: string[] = [];
  const result = await reproduceTable(2, {
    ...choice,
    onProgress: ({ at: { title, number, step, state }, of }) =>
      state === "training" && seen.push(`${title} ${number}/${of} ${step}`),
  });
  assert.deepEqual(seen, ["ARCO-NS, full, seed 0 1/1 2"]);
  const [vanilla, full] = result.rows.map(({ runs: [{ metrics }] }) => metrics.mean.dice);
  assert.equal(result.rows[0].comparison?.pairs.difference.mean, vanilla - full);
  const again = await reproduceTable(2, { ...choice, onProgress: () => assert.fail("trained again") });
  assert.deepEqual(again, result);
});

test("a training whose loss becomes no number is told, stops no other, and is not begun again", async () => {
  const runs = join(home, "diverged");
  // as the paper writes L_contrast (dot products, summed over all queries) it does so within a few steps
  const choice = {
    runs,
    parallel: 1,
    preset: "smoke",
    protocol: "paper",
    seeds: [0],
    ...tiny,
    config: { steps: 8, network: narrow },
    only: ["ARCO-NS, full", "ARCO-NS, w/o tailness (L_contrast)"],
  } as const;
  const { rows } = await reproduceTable(2, choice);
  const [full, without] = rows;
  assert.deepEqual([full.runs, without.runs.length, without.diverged], [[], 1, []]);
  const [{ seed, phase, step }] = full.diverged;
  assert.deepEqual([seed, phase], [0, "training"]);
  assert.ok(step > 1 && step <= 8);
  assert.deepEqual([full.comparison, without.comparison], [undefined, undefined]);
  const { jobs, seconds } = planTable(2, choice);
  assert.deepEqual([jobs.map(({ state }) => state), seconds], [["finished", "diverged", "finished"], 0]);
  const again = await reproduceTable(2, { ...choice, onProgress: () => assert.fail("trained again") });
  assert.deepEqual(again.rows, rows);
  const { grids, notes } = resultSheet(again);
  assert.equal(grids[0].rows[0][1], "0 of 1, 1 diverged");
  assert.ok(
    notes.includes(
      `ARCO-NS, full: diverged, for the loss was no number any more, with seed 0 at step ${step}; no result can be given.`,
    ),
  );
});

test("a training that fails is told with its reason and stops no other; where all fail, that is the error", async () => {
  const runs = join(home, "failed");
  const choice = {
    ...tiny,
    runs,
    parallel: 1,
    preset: "smoke",
    seeds: [0],
    config: { steps: 2, network: narrow },
    only: ["UNet-F", "UNet-L"],
  } as const;
  const [full] = tableArms(1, choice).arms;
  const folder = join(runs, runName(full.configs[0]), "checkpoints");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "last.safetensors"), "no weights");
  const { rows } = await reproduceTable(1, choice);
  assert.deepEqual(
    rows.map((row) => [row.title, row.runs.length, row.failed.length]),
    [
      ["UNet-F", 0, 1],
      ["UNet-L", 1, 0],
    ],
  );
  assert.match(rows[0].failed[0], /^seed 0: .*last\.safetensors/);
  await assert.rejects(reproduceTable(1, { ...choice, only: ["UNet-F"] }), /last\.safetensors/);
});
