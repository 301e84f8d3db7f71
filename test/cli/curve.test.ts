import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { armsOf } from "../../lib/studies/curves/arms.js";
import { sampleRun } from "../runs/samples.js";
import { arco, temporary } from "./arco.js";

const home = temporary();
const smoke = { preset: "smoke", validateEvery: 5 } as const;
const words = ["--set", "preset=smoke", "--set", "validateEvery=5", "--runs", home];

test("curves of finished trainings are told in every format, drawn, and given to programs; nothing is trained", async () => {
  const arms = armsOf({ arms: ["supervised", "control"], replicates: 2, config: smoke });
  for (const [at, { configs }] of arms.entries())
    for (const config of configs) await sampleRun(home, config, { shift: 2 - at, cases: 2 });
  const given = ["curve", "--arm", "supervised", "--arm", "Pseudo labels=control", "--replicates", "2", ...words];
  const { status, out, err } = await arco(...given);
  assert.equal(status, 0, err);
  assert.match(out, /^How supervised, Pseudo labels learn$/m);
  assert.match(out, /^Pseudo labels +2 draws × 1 seed +10 +40 /m);
  assert.match(out, /Pseudo labels: \d+\.\d Dice points better than supervised, but 2 draws are too few for a verdict/);
  const [picture, page] = [join(home, "curves.png"), join(home, "curves.html")];
  const files = await arco(
    ...given,
    "--trained",
    "--by",
    "images",
    "--picture",
    picture,
    "--format",
    "html",
    "--out",
    page,
  );
  assert.deepEqual([files.status, files.out.trim().split("\n")], [0, [page, picture]]);
  assert.equal(readFileSync(picture).toString("latin1", 1, 4), "PNG");
  assert.match(readFileSync(page, "utf8"), /<table>/);
  const told = JSON.parse((await arco(...given, "--trained", "--compare", "Pseudo labels:supervised", "--json")).out);
  assert.deepEqual(
    told.arms.map(({ title, runs, points }: { title: string; runs: object[]; points: object[] }) => [
      title,
      runs.length,
      points.length,
    ]),
    [
      ["supervised", 2, 4],
      ["Pseudo labels", 2, 4],
    ],
  );
  assert.ok(told.verdicts[0].overSeeds.difference.mean < 0);
});

test("a mistake is named with what there is", async () => {
  for (const [given, status, message] of [
    [
      ["--arm", "supervisd"],
      1,
      /^arco: arm: found "supervisd", expected one of supervised, .*did you mean "supervised"\?$/m,
    ],
    [["--arm", "supervised,stps=3"], 1, /--arm supervised: unknown key "stps"; did you mean "steps"\?/],
    [["--arm", ",steps=3"], 2, /Expected a name, such as arco-sg/],
    [["--arm", "supervised", "--compare", "supervised"], 2, /Expected two arms, such as supervised:arco-sg/],
    [
      ["--arm", "supervised", "--compare", "a:b", "--trained"],
      1,
      /^arco: compare: found "a", expected one of supervised$/m,
    ],
    [
      ["--trained", "--picture", join(home, "none.png")],
      1,
      /found no validation in the trainings of supervised, control, ARCO-SG/,
    ],
    [["--benchmark", "acdk"], 1, /did you mean "acdc"/],
  ] as const) {
    const { status: found, out, err } = await arco("curve", ...given, "--runs", join(home, "none"));
    assert.deepEqual([found, out], [status, ""], err);
    assert.match(err, message);
  }
});
