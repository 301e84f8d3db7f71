import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { arco, start, temporary } from "./arco.js";

const home = temporary();

test("a mistake in a command ends with status 2 and names the nearest word", async () => {
  for (const [words, message] of [
    [["trian"], /unknown command 'trian'\s+\(Did you mean train\?\)/],
    [["train", "--stpes", "3"], /unknown option '--stpes'\s+\(Did you mean --steps\?\)/],
    [["train", "--steps", "many"], /option '--steps <n>' argument 'many' is invalid\. Expected a number\./],
    [["quickstart", "--seeds", "0"], /option '--seeds <n>' argument '0' is invalid\. Expected a whole number from 1\./],
    [["train", "--workers", "1.5"], /argument '1\.5' is invalid\. Expected a whole number from 0\./],
    [["train", "--batch", "8x8"], /Expected a number of images such as 8, or 8\+8\./],
    [["train", "surplus"], /too many arguments/],
    [["evaluate", "run", "--empty-policy", "kind"], /Allowed choices are honest, released2d, released3d/],
    [["evaluate"], /missing required argument 'run'/],
    [
      ["segment", "a.nii", "--run", "run", "-o", "b.nii", "--weighting", "cubic"],
      /Allowed choices are uniform, gaussian/,
    ],
  ] as const) {
    const { status, out, err } = await arco(...words);
    assert.match(err, message);
    assert.deepEqual({ status, out }, { status: 2, out: "" });
  }
});

test("--version prints the version of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
  assert.deepEqual(await arco("--version"), { status: 0, signal: null, out: `${version}\n`, err: "" });
});

test("a problem ends with status 1 and one line without a stack", async () => {
  writeFileSync(join(home, "file"), "");
  for (const [words, message] of [
    [["train", "--steps", "0"], /^arco: config: steps: found 0, expected a number from 1; 0 only tests/m],
    [
      ["train", "--set", "optimizer.rat=1"],
      /^arco: config: unknown key "optimizer\.rat"; did you mean "optimizer\.rate"\?$/m,
    ],
    [["train", "--option", "scal=1"], /did you mean "options\.scale"\?/],
    [["train", "--method", "meanTaecher"], /did you mean "meanTeacher"\?/],
    [
      ["train", "--runs", join(home, "file")],
      /file.*: a part of this path is a file, not a folder; choose another folder/,
    ],
    [["data", "check", "hipocampus"], /did you mean "hippocampus"\?/],
    [["evaluate", join(home, "nowhere")], /nowhere: no such run/],
    [["report", join(home, "nowhere")], /nowhere: no such folder/],
    [["bench", "unett"], /bench: found "unett", expected one of vnet, .*did you mean "unet"\?/],
  ] as const) {
    const { status, out, err } = await arco(...words);
    assert.match(err, message);
    assert.doesNotMatch(err, /\n\s+at /);
    assert.deepEqual({ status, out }, { status: 1, out: "" }, words.join(" "));
  }
});

test("doctor says as JSON which engine runs, with how many threads, and what data is there", async () => {
  const { status, out } = await start(["doctor", "--json"], { ARCO_THREADS: "1" }).ended;
  const { ok, engine, environment, checks } = JSON.parse(out);
  assert.deepEqual({ status, ok, threads: engine.threads }, { status: 0, ok: true, threads: 1 });
  assert.match(engine.version, /^\d+\.\d+/);
  assert.equal(environment.versions.node, process.versions.node);
  assert.ok(checks.some(({ name, ok: here }: { name: string; ok: boolean }) => name === "hippocampus" && here));
});

test("doctor says what is wrong with an engine that does not start, and ends with status 1", async () => {
  const { status, out } = await start(["doctor"], { ARCO_ENGINE: "cuba" }).ended;
  assert.equal(status, 1);
  assert.match(out, /✗ engine .*\n\s+→ ARCO_ENGINE: found "cuba", expected one of cpu, cuda, webgpu, js/);
});

test("data lists the benchmarks and verifies the sample", async () => {
  const listed = JSON.parse((await arco("data", "--json")).out);
  const sample = listed.benchmarks.find(({ name }: { name: string }) => name === "hippocampus");
  assert.deepEqual([sample.found, sample.phantom, sample.labeledChoices], [sample.expected, false, [1, 3, 6, 60]]);
  const { status, out } = await arco("data", "check", "hippocampus", "--json");
  assert.deepEqual([status, JSON.parse(out).ok], [0, true]);
});

test("bench prints one JSON object with the time of a step, memory and tensors that do not grow", async () => {
  const { status, out } = await arco(
    "bench",
    "meanTeacher",
    "--size",
    "32",
    "--labeled",
    "1",
    "--unlabeled",
    "2",
    "--steps",
    "10",
    "--json",
  );
  const { name, ms, rssMiB, tensors, grown, labeled, unlabeled } = JSON.parse(out);
  assert.deepEqual(
    { status, name, grown, labeled, unlabeled },
    { status: 0, name: "meanTeacher", grown: 0, labeled: 1, unlabeled: 2 },
  );
  assert.ok(ms.min <= ms.median && ms.median <= ms.max && rssMiB > 0 && tensors > 0);
});

test("bench vnet, arco3d and window measure volumes, the first and last beside PyTorch where there is one, arco3d beside our own supervised step of one patch", async () => {
  const size = ["--size", "16x16x16", "--steps", "1", "--json"];
  process.env.ARCO_PYTHON = "no-python";
  const [step, arco3d, scan] = await Promise.all(
    ["vnet", "arco3d", "window"].map(async (name) => JSON.parse((await arco("bench", name, ...size)).out)),
  );
  assert.deepEqual([step.size, step.labeled, step.grown], [[16, 16, 16], 1, 0]);
  assert.deepEqual([arco3d.labeled, arco3d.unlabeled, arco3d.grown], [1, 1, 0]);
  assert.equal(arco3d.mixing, "none"); // one volume has no other to be mixed with
  assert.ok(Math.abs(arco3d.ratio - arco3d.ms.median / arco3d.supervisedMs) < 0.02 && arco3d.ratio > 1, arco3d.ratio);
  assert.deepEqual([scan.windows, scan.shape], [54, [106, 52, 24]]);
  for (const { pytorch } of [step, scan])
    assert.equal(pytorch, "not found with no-python; set ARCO_PYTHON to a Python that has PyTorch");
  const { status, err } = await arco("bench", "samplers", "--size", "16x16x16");
  assert.equal(status, 1);
  assert.match(err, /size: found 16x16x16, expected one number, the side of a square/);
});

test("bench conv3d times other ways to compute what the V-Net's convolutions compute", async () => {
  const { status, out } = await arco("bench", "conv3d", "--size", "16x12x8", "--steps", "1", "--json");
  const { levels, ms } = JSON.parse(out);
  assert.equal(status, 0);
  assert.deepEqual(
    levels.map(({ size, channels }: { size: string; channels: number }) => [size, channels]),
    [
      ["16x12x8", 16],
      ["8x6x4", 32],
      ["4x3x2", 64],
      ["2x2x1", 128],
    ],
  );
  for (const level of levels) assert.ok(level.apart < 1e-5, `${level.size}: ${level.apart} apart`);
  assert.ok(ms.median > 0);
});

test("bench methods says what a step of a method costs beside a supervised one: time, memory, multiplications", async () => {
  const small = ["--size", "32", "--labeled", "1", "--unlabeled", "1", "--steps", "3"];
  const { status, out } = await arco("bench", "methods", "--method", "cps", ...small, "--json");
  const { cps, ...others } = JSON.parse(out);
  assert.deepEqual([status, others], [0, {}]);
  assert.ok(Math.abs(cps.work - 4) < 0.1, String(cps.work)); // two networks, each with two images in the place of one
  assert.ok(cps.ms > 0 && cps.ratio > 1 && cps.MiB > 100);
});

test("--help --method NAME lists a method's options, an unknown one the nearest", async () => {
  const { status, out } = await arco("train", "--help", "--method", "meanTeacher");
  assert.equal(status, 0);
  assert.match(out, /^Mean teacher \(meanTeacher\): Tarvainen/m);
  assert.match(out, /^Tested: the student\.$/m);
  assert.match(out, /^ {2}momentum +0\.99 +from 0 to 1 +rate of the teacher's moving average/m);
  const wrong = await arco("train", "--help", "--method", "meanTeecher");
  assert.deepEqual([wrong.status, wrong.out], [1, ""]);
  assert.match(wrong.err, /method: found "meanTeecher".*did you mean "meanTeacher"/);
});
