import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

const runs = mkdtempSync(join(tmpdir(), "own-"));
after(() => rmSync(runs, { recursive: true }));
const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };

test("a folder of scans becomes a benchmark, two networks and masks that can be looked at with and without JupyterLab", async () => {
  const outputs = outputsOf(await execute(join(root, "notebooks", "12-your-own-scans.ipynb"), environment));
  const { split } = JSON.parse(readFileSync(join(runs, "your-own-scans", "benchmark.json"), "utf8"));
  assert.deepEqual(
    [split.labeled.length, split.unlabeled.length, split.validation.length, split.test.length],
    [3, 20, 1, 1],
  );
  const shown = wordsOf(outputs);
  assert.match(shown, /25 scans, 5 with labels/);
  assert.match(shown, /anterior +1 +2\.8/);
  const folders = readdirSync(runs).filter((name) => /^your-own-scans-(supervised|meanTeacher)-/.test(name));
  assert.equal(folders.length, 2);
  for (const name of folders) {
    const { mean } = JSON.parse(readFileSync(join(runs, name, "metrics.json"), "utf8"));
    assert.ok(shown.includes(mean.assd.toFixed(3)), `${name}: ${mean.assd}`);
  }
  assert.equal(countFigures(outputs), 1);
  const volumes = outputs.flatMap(({ data }) =>
    data && /^<div id="arco-volume-/.test([data["text/html"] ?? ""].flat().join("")) ? [data] : [],
  );
  assert.equal(volumes.length, 2);
  for (const data of volumes) {
    assert.ok("image/png" in data && "text/plain" in data);
    assert.ok(JSON.stringify(data).length < 600_000, "the viewer itself is not in the notebook");
  }
});
