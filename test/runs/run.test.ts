import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Problem } from "../../lib/problem.js";
import { holderOf } from "../../lib/runs/holder.js";
import { listRuns, readLog } from "../../lib/runs/records.js";
import { openRun, runName } from "../../lib/runs/run.js";
import { exampleConfig as config, exampleMetrics as metrics } from "./examples.js";

const home = mkdtempSync(join(tmpdir(), "arco-run-"));
after(() => rmSync(home, { recursive: true }));
let folders = 0;
const fresh = () => join(home, String(folders++));

/** A program that opens the run, says so and stays until it is killed. */
const holder = (runs: string) => `
  const { openRun } = await import(${JSON.stringify(new URL("../../lib/runs/run.ts", import.meta.url).href)});
  try { openRun(${JSON.stringify(runs)}, ${JSON.stringify(config)}); console.log("mine"); setInterval(() => {}, 1000); }
  catch (error) { console.log(error.name + ": " + error.message); }`;
const hold = (runs: string) =>
  spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", holder(runs)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
const firstWords = async (child: ReturnType<typeof hold>) => String((await once(child.stdout, "data"))[0]);

test("the same config is the same folder, and another seed another", () => {
  const runs = fresh();
  const run = openRun(runs, config);
  run.close();
  const again = openRun(runs, { ...config, batch: { unlabeled: 0, labeled: 2 } });
  again.close();
  assert.equal(again.folder, run.folder);
  assert.notEqual(runName({ ...config, seed: 1 }), runName(config));
  assert.deepEqual(readdirSync(runs), [runName(config)]);
});

test("a log cut back to a checkpoint and continued equals one that was never interrupted", () => {
  const whole = openRun(fresh(), config);
  for (const step of [1, 2, 3]) whole.appendLog({ step, loss: 1 / step });
  const runs = fresh();
  const first = openRun(runs, config);
  first.appendLog({ step: 1, loss: 1 });
  const bytes = first.syncLog();
  first.appendLog({ step: 2, loss: 1 / 2 });
  first.close();
  appendFileSync(first.path("log.jsonl"), '{"step":3,"lo'); // killed while it wrote
  assert.deepEqual(
    readLog(first.folder).map(({ step }) => step),
    [1, 2],
  );
  const second = openRun(runs, config);
  second.truncateLog(bytes);
  for (const step of [2, 3]) second.appendLog({ step, loss: 1 / step });
  assert.deepEqual(readFileSync(second.path("log.jsonl")), readFileSync(whole.path("log.jsonl")));
  for (const run of [whole, second]) run.close();
});

test("a log shorter than its checkpoint says is refused", () => {
  const runs = fresh();
  const run = openRun(runs, config);
  run.appendLog({ step: 1 });
  const bytes = run.syncLog();
  run.close();
  truncateSync(run.path("log.jsonl"), bytes - 1);
  const again = openRun(runs, config);
  assert.throws(() => again.truncateLog(bytes), {
    name: "Problem",
    message: /log\.jsonl: found 10 bytes, but the checkpoint was saved at 11/,
  });
  again.close();
});

test("a run is held by one opening at a time, within a process too", () => {
  const runs = fresh();
  const run = openRun(runs, config);
  assert.throws(() => openRun(runs, config), {
    name: "Problem",
    message: new RegExp(`process ${process.pid} on .* is working on this run`),
  });
  assert.ok(holderOf(run.folder));
  run.close();
  assert.equal(holderOf(run.folder), undefined);
  openRun(runs, config).close();
});

test("a living process keeps its run from others, a killed one does not", async () => {
  const runs = fresh();
  const child = hold(runs);
  assert.equal(await firstWords(child), "mine\n");
  assert.throws(() => openRun(runs, config), { message: new RegExp(`process ${child.pid} on`) });
  child.kill("SIGKILL");
  await once(child, "exit");
  openRun(runs, config).close();
});

test("of several processes that come at once exactly one gets the run", async () => {
  const runs = fresh();
  const children = Array.from({ length: 4 }, () => hold(runs));
  const words = await Promise.all(children.map(firstWords));
  for (const child of children) child.kill("SIGKILL");
  assert.equal(words.filter((word) => word === "mine\n").length, 1, words.join(""));
  assert.equal(words.filter((word) => word.startsWith("Problem:")).length, 3, words.join(""));
});

test("a metrics.json with the older words for false negatives and positives is read as one of today", () => {
  const run = openRun(fresh(), config);
  run.writeMetrics(metrics);
  const today = readFileSync(run.path("metrics.json"), "utf8");
  assert.match(today, /"falseNegative"/);
  assert.doesNotMatch(today, /missed|invented/);
  const older = today.replaceAll("falseNegative", "missed").replaceAll("falsePositive", "invented");
  writeFileSync(run.path("metrics.json"), older);
  assert.deepEqual(run.readMetrics(), metrics);
  run.close();
});

test("damaged files are named, with what to do, and left as they are", () => {
  for (const [file, damage, message] of [
    ["config.json", '{"bench', /config\.json: not JSON \(7 characters.*move the folder away/],
    ["config.json", "{}", /config\.json: benchmark: found nothing, expected a word/],
    ["config.json", JSON.stringify({ ...config, seed: 5 }), /config\.json: found another config/],
    ["metrics.json", "", /metrics\.json: not JSON \(0 characters.*delete this file/],
    [
      "metrics.json",
      JSON.stringify({ ...metrics, unit: "inch" }),
      /metrics\.json: unit: found "inch", expected one of mm, voxel/,
    ],
    ["log.jsonl", "{}\n", /log\.jsonl:1: step: found nothing/],
    ["environment.json", "[{]", /environment\.json: not JSON/],
  ] as const) {
    const runs = fresh();
    const run = openRun(runs, config);
    run.writeMetrics(metrics);
    run.close();
    writeFileSync(run.path(file), damage);
    const read = () => {
      const opened = openRun(runs, config);
      opened.close();
      listRuns(runs);
    };
    assert.throws(read, (error) => error instanceof Problem && message.test(error.message), `${file} ${damage}`);
    assert.equal(readFileSync(run.path(file), "utf8"), damage);
    assert.equal(holderOf(run.folder), undefined);
  }
});

test("runs are listed with config, log and result; other folders are not runs", () => {
  const runs = fresh();
  const run = openRun(runs, config);
  run.appendLog({ step: 1, loss: 2 });
  run.writeMetrics(metrics);
  run.close();
  mkdirSync(join(runs, "notes"));
  assert.deepEqual(listRuns(runs), [
    { folder: run.folder, name: runName(config), config, environments: [], log: [{ step: 1, loss: 2 }], metrics },
  ]);
  assert.throws(() => listRuns(join(runs, "nowhere")), { name: "Problem", message: /nowhere: no such folder/ });
});

test("a folder that cannot be written is named with the reason", () => {
  const file = fresh();
  writeFileSync(file, "");
  assert.throws(() => openRun(join(file, "runs"), config), {
    name: "Problem",
    message: /a part of this path is a file.*ENOTDIR/,
  });
  if (process.getuid?.() === 0) return; // the superuser may write everywhere
  const closed = fresh();
  mkdirSync(closed);
  chmodSync(closed, 0o500);
  assert.throws(() => openRun(closed, config), { name: "Problem", message: /this user may not write there/ });
});

test("a full disk is reported by the file that did not fit", {
  skip: !existsSync("/dev/full") && "no /dev/full here",
}, () => {
  const runs = fresh();
  openRun(runs, config).close();
  const path = join(runs, runName(config), "log.jsonl");
  rmSync(path);
  symlinkSync("/dev/full", path);
  const run = openRun(runs, config);
  assert.throws(() => run.appendLog({ step: 1 }), {
    name: "Problem",
    message: /log\.jsonl: the disk is full, .*free some space.*ENOSPC/,
  });
  run.close();
});

test("a result that does not fit on the disk leaves the old state", (t) => {
  const disk = fresh();
  mkdirSync(disk);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=48k", "arco-test", disk]).status !== 0)
    return t.skip("this user cannot mount a small disk");
  try {
    const run = openRun(join(disk, "runs"), config);
    run.appendLog({ step: 1 });
    const many = { ...metrics, cases: Array.from({ length: 1000 }, () => metrics.cases[0]) };
    assert.throws(() => run.writeMetrics(many), { name: "Problem", message: /metrics\.json: the disk is full/ });
    assert.equal(run.readMetrics(), undefined);
    assert.deepEqual(readLog(run.folder), [{ step: 1 }]);
    run.writeMetrics(metrics); // smaller, so it fits: the failed attempt left nothing behind
    run.close();
  } finally {
    spawnSync("umount", [disk]);
  }
});
