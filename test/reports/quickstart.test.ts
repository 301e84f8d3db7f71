import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { control, isControl } from "../../lib/methods/arco/control.js";
import { Problem } from "../../lib/problem.js";
import { quickstart, quickstartArms } from "../../lib/reports/quickstart.js";
import { runName } from "../../lib/runs/folder.js";
import { listRuns } from "../../lib/runs/records.js";
import { tableArms } from "../../lib/tables/arms.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { sampleRun } from "../runs/samples.js";
import { smallSample } from "../sample.js";
import { temporary } from "../temporary.js";

process.env.ARCO_DATA = smallSample();
process.env.ARCO_THREADS = "1"; // trained in this process, so that a signal acts between two steps
const runs = mkdtempSync(join(tmpdir(), "arco-quickstart-"));
after(() => rmSync(runs, { recursive: true }));
const small = { runs, seeds: [0], parallel: 1, config: { preset: "smoke", steps: 4, validateEvery: 4 } } as const;

test("the control arm is the same training in the quick start and in the tables, and reports call it so", () => {
  const [config] = quickstartArms().find(({ name }) => name === "control")?.configs ?? [];
  assert.ok(isControl(config));
  for (const table of [1, 2, 3, 4, 8] as const) {
    const arm = tableArms(table, { labeled: 3, seeds: [0] }).arms.find(({ title }) => title === "Control");
    assert.equal(runName(arm?.configs[0] ?? assert.fail(`table ${table} has no control arm`)), runName(config));
  }
  for (const protocol of ["lab", "paper", "released"] as const)
    assert.ok(isControl(resolveConfig({ ...control, protocol })), protocol);
  for (const other of [
    resolveConfig({ method: "arco" }),
    resolveConfig({ method: "arco", pretraining: null }),
    resolveConfig({ ...control, options: { weights: { ...control.options.weights, nearest: 0.01 } } }),
    resolveConfig({ method: "meanTeacher" }),
  ])
    assert.ok(!isControl(other));
});

test("without a seed there is nothing to compare", async () => {
  await assert.rejects(
    quickstart({ runs, seeds: [] }),
    (error) => error instanceof Problem && /^seeds: found none/.test(error.message),
  );
});

test("the quick start stops at a signal, continues where it was, and tells the same again without training", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const stopped = quickstart({
    ...small,
    signal: controller.signal,
    onProgress: ({ at: { number, step } }) => number === 2 && step === 2 && controller.abort(reason),
  });
  await assert.rejects(stopped, reason);
  const finished = listRuns(runs).filter(({ metrics }) => metrics !== undefined);
  assert.deepEqual(
    finished.map(({ config }) => config.method),
    ["supervised"],
  );

  const seen: string[] = [];
  const lines: string[] = [];
  const result = await quickstart({
    ...small,
    onProgress: ({ at: { title, number, step, state }, of }) =>
      state === "training" && seen.push(`${title} ${number}/${of} ${step}`),
    onArm: ({ name, runs: { length } }) => lines.push(`${name} ${length}`),
  });
  // two steps of the pre-training were done; it serves three arms
  assert.equal(seen[0], "pre-training of ARCO-NS, 3 labelled + 57 unlabelled and 2 more, seed 0 1/7 3");
  assert.equal(seen.length, 3 + 6 * 4);
  assert.deepEqual(
    lines,
    ["supervised", "arco-ns", "arco-sg", "arco-sag", "meanTeacher", "control", "full"].map((arm) => `${arm} 1`),
  );
  assert.deepEqual(
    result.arms.map(({ name, labeled, runs: { length } }) => [name, labeled, length]),
    [
      ["supervised", 3, 1],
      ["meanTeacher", 3, 1],
      ["control", 3, 1],
      ["arco-ns", 3, 1],
      ["arco-sg", 3, 1],
      ["arco-sag", 3, 1],
      ["full", 60, 1],
    ],
  );
  const dice = Object.fromEntries(
    result.arms.map(({ name, runs: all }) => [name, all.map(({ metrics }) => metrics.mean.dice)]),
  );
  assert.deepEqual(
    result.verdicts.map(({ arm, baseline }) => `${arm} against ${baseline}`),
    [
      "meanTeacher against supervised",
      "control against supervised",
      "arco-sg against supervised",
      "arco-sg against control",
      "arco-sg against arco-ns",
      "arco-sag against arco-ns",
    ],
  );
  for (const { arm, baseline, overSeeds, overCases, finding } of result.verdicts) {
    const difference = dice[arm][0] - dice[baseline][0];
    assert.ok(Math.abs(overSeeds.difference.mean - difference) < 1e-12);
    assert.ok(Math.abs(overCases.difference.mean - difference) < 1e-12);
    assert.equal(overCases.difference.n, 3);
    const size = Math.abs(100 * difference).toFixed(1);
    assert.ok(finding.includes(size === "0.0" ? ": as good as " : `: ${size} Dice points `), finding);
  }
  const page = result.report ?? assert.fail("no page");
  assert.match(page, /quickstart-[0-9a-f]{8}\.html$/); // not that of the defaults
  assert.ok(readFileSync(page, "utf8").includes("<html"));

  const again = await quickstart({ ...small, onProgress: () => assert.fail("trained again") });
  assert.deepEqual(again, result);

  rmSync(page);
  mkdirSync(page); // the page cannot be written, as on a read-only disk
  const notes: string[] = [];
  const { report, ...numbers } = await quickstart({ ...small, onNote: (words) => notes.push(words) });
  assert.deepEqual({ report, ...numbers }, { ...result, report: undefined });
  assert.match(notes.join(), /^no report: .*\.html: a folder is in the way .*; arco report .* --out FILE writes/);
});

test("a trial with another rate or seed has a page of its own and leaves those of before as they are", async () => {
  const folder = temporary("arco-trials-");
  const pages: string[] = [];
  for (const trial of [
    { seeds: [0], config: {} },
    { seeds: [0], config: { optimizer: { rate: 0.03 } } },
    { seeds: [0, 1], config: {} },
  ]) {
    for (const { configs } of quickstartArms(trial)) for (const config of configs) await sampleRun(folder, config);
    const before = pages.map((page) => readFileSync(page, "utf8"));
    const { report } = await quickstart({ runs: folder, ...trial });
    assert.deepEqual(
      pages.map((page) => readFileSync(page, "utf8")),
      before,
    );
    pages.push(report ?? assert.fail("no page"));
  }
  assert.equal(new Set(pages).size, 3);
  assert.equal(basename(pages[0]), "quickstart.html");
  assert.deepEqual(
    readdirSync(folder)
      .filter((name) => name.endsWith(".html"))
      .sort(),
    pages.map((page) => basename(page)).sort(),
  );
});
