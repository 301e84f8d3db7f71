import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { boxes } from "../boxes.js";
import { arco, sha256, start, temporary } from "./arco.js";

const home = temporary();
const benchmark = await boxes();
const runs = join(home, "runs");
const train = (...words: string[]) => [
  ...["train", "--benchmark", benchmark, "--method", "arco", "--preset", "smoke", "--steps", "3"],
  ...["--validate-every", "3", "--set", "pretraining.steps=3", "--runs", runs, "--json", ...words],
];
const bar = /^arco +(\d+)\/(\d+) /gm;

test("arms that differ in their sampler pre-train once; one bar counts the steps of both phases", async () => {
  const pretrained = new Set<string>();
  for (const [at, sampler] of ["ns", "sag"].entries()) {
    const { status, out, err } = await arco(...train("--sampler", sampler));
    assert.equal(status, 0, err);
    const { run, finished, trained, steps } = JSON.parse(out);
    assert.deepEqual({ finished, trained, steps }, { finished: true, trained: true, steps: 3 });
    const shown = [...err.matchAll(bar)].map(([, step, whole]) => [Number(step), Number(whole)]);
    const expected = at === 0 ? [1, 2, 3, 4, 5, 6] : [4, 5, 6];
    assert.deepEqual(
      shown,
      expected.map((step) => [step, 6]),
    );
    assert.equal(JSON.parse(readFileSync(join(run, "config.json"), "utf8")).options.sampler, sampler);
    pretrained.add(readFileSync(join(run, "pretraining.json"), "utf8"));
  }
  assert.equal(pretrained.size, 1);
  assert.equal(readdirSync(runs).filter((name) => name.includes("-relational-")).length, 1);
  const { run, sha256: expected } = JSON.parse([...pretrained][0]);
  assert.equal(sha256(join(runs, run, "checkpoints", "last.safetensors")), expected);
});

test("Ctrl-C in the first phase saves it; the same command goes on from there", async () => {
  const words = train("--seed", "5", "--set", "pretraining.steps=24", "--sampler", "sag");
  const { child, ended, says } = start(words);
  await says(/ [2-9]\/27 /);
  child.kill("SIGINT");
  const { status, out, err } = await ended;
  assert.equal(status, 130, err);
  const { finished, phase, step } = JSON.parse(out);
  assert.deepEqual([finished, phase], [false, "pretraining"]);
  assert.ok(step >= 2 && step < 24, String(step));
  const again = await arco(...words);
  assert.equal(again.status, 0, again.err);
  assert.equal(Number([...again.err.matchAll(bar)][0][1]), step + 1);
});

test("a sampler or network that is not there, and a method that has no sampler, are named", async () => {
  for (const [words, message] of [
    [
      ["--sampler", "sagg"],
      /^arco: config: options\.sampler: found "sagg", expected one of ns, sg, sag, .*did you mean "sag"\?$/m,
    ],
    [
      ["--method", "meanTeacher", "--sampler", "sg"],
      /unknown key "options\.sampler"; .*"sampler" is an option of reco, arco$/m,
    ],
    [["--option", "samplr=sg"], /unknown key "options\.samplr"; did you mean "options\.sampler"\?/],
    [["--network", "vnett"], /^arco: config: network: found "vnett", expected one of unet, .*did you mean "vnet"\?$/m],
    [["--set", "pretraining.stps=2"], /unknown key "pretraining\.stps"; did you mean "pretraining\.steps"\?/],
  ] as const) {
    const { status, out, err } = await arco("train", "--method", "arco", ...words);
    assert.match(err, message);
    assert.deepEqual([status, out], [1, ""]);
  }
});

test("the first phase is trained and tested alone, the second starts from random weights where it is told to", async () => {
  const common = [
    "--benchmark",
    benchmark,
    "--preset",
    "smoke",
    "--steps",
    "2",
    "--runs",
    join(home, "alone"),
    "--json",
  ];
  const first = await arco("train", "--method", "relational", ...common);
  assert.equal(first.status, 0, first.err);
  assert.equal(JSON.parse(first.out).metrics.method, "relational");
  const second = await arco("train", "--method", "arco", "--set", "pretraining=null", ...common);
  assert.equal(second.status, 0, second.err);
  assert.equal(readdirSync(join(home, "alone")).length, 2);
  assert.deepEqual(
    [...second.err.matchAll(bar)].map(([, step, whole]) => [step, whole]),
    [
      ["1", "2"],
      ["2", "2"],
    ],
  );
});
