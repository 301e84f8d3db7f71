import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { armsOf } from "../../lib/studies/curves/arms.js";
import { arco, temporary } from "../cli/arco.js";
import { sampleRun } from "../runs/samples.js";

test("published results give the curves that their runs give, without weights and predictions, of six digits; a second time nothing is copied", async () => {
  const [runs, results] = [temporary(), join(temporary(), "results")];
  const config = { preset: "smoke", validateEvery: 5 } as const;
  const arms = armsOf({ arms: ["supervised", "control"], replicates: 2, config });
  for (const [at, config] of arms.flatMap(({ configs }) => configs).entries())
    await sampleRun(runs, config, { shift: 1 + (at % 2), cases: 2 });
  await sampleRun(runs, { preset: "smoke", seed: 7 }, { finished: false });

  const copy = async () => JSON.parse((await arco("export", "results", "--runs", runs, "--to", results, "--json")).out);
  const { copied } = await copy();
  assert.equal(copied.length, 4, "the one that is not finished has no result");
  assert.deepEqual(await copy(), { copied: [] });

  const words = ["curve", "--arm", "supervised", "--arm", "control", "--replicates", "2", "--set", "preset=smoke"];
  const told = async (folder: string) => {
    const { status, out, err } = await arco(...words, "--set", "validateEvery=5", "--trained", "--runs", folder);
    assert.equal(status, 0, err);
    return out.replaceAll(folder, "");
  };
  assert.equal(await told(results), await told(runs));
  for (const name of copied) {
    for (const file of readdirSync(join(results, name))) assert.match(file, /\.jsonl?$/, `${name}/${file}`);
    assert.doesNotMatch(readFileSync(join(results, name, "metrics.json"), "utf8"), /:null/);
    for (const file of ["metrics.json", "log.jsonl"])
      assert.doesNotMatch(readFileSync(join(results, name, file), "utf8"), /[1-9]\d*\.\d{7}|0\.0*[1-9]\d{6}/, file);
  }
});
