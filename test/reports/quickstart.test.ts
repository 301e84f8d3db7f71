import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Problem } from "../../lib/problem.js";
import { quickstart } from "../../lib/reports/quickstart.js";
import { listRuns } from "../../lib/runs/records.js";

const runs = mkdtempSync(join(tmpdir(), "arco-quickstart-"));
after(() => rmSync(runs, { recursive: true }));
const small = { runs, seeds: [0], config: { preset: "smoke", steps: 4, validateEvery: 4 } } as const;

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
    onProgress: ({ run, progress }) => run === 3 && progress.step === 2 && controller.abort(reason),
  });
  await assert.rejects(stopped, reason);
  const finished = listRuns(runs).filter(({ metrics }) => metrics !== undefined);
  assert.deepEqual(finished.map(({ config }) => config.method).sort(), ["meanTeacher", "supervised"]);

  const seen: string[] = [];
  const result = await quickstart({
    ...small,
    onProgress: ({ arm, run, runs: all, progress }) => seen.push(`${arm.name} ${run}/${all} ${progress.step}`),
  });
  assert.equal(seen[0], "arco-ns-1 3/6 3"); // two steps of its pre-training were done
  assert.equal(seen.length, 3 + 4 * 4); // that pre-training serves three arms
  assert.deepEqual(
    result.arms.map(({ name, labeled, runs: { length } }) => [name, labeled, length]),
    [
      ["supervised-1", 1, 1],
      ["meanTeacher-1", 1, 1],
      ["arco-ns-1", 1, 1],
      ["arco-sg-1", 1, 1],
      ["arco-sag-1", 1, 1],
      ["supervised-60", 60, 1],
    ],
  );
  const dice = Object.fromEntries(
    result.arms.map(({ name, runs: all }) => [name, all.map(({ metrics }) => metrics.mean.dice)]),
  );
  assert.deepEqual(
    result.verdicts.map(({ arm, baseline }) => `${arm} against ${baseline}`),
    [
      "meanTeacher-1 against supervised-1",
      "arco-sg-1 against supervised-1",
      "arco-sg-1 against arco-ns-1",
      "arco-sag-1 against arco-ns-1",
    ],
  );
  for (const { arm, baseline, overSeeds, overCases, finding } of result.verdicts) {
    const difference = dice[arm][0] - dice[baseline][0];
    assert.ok(Math.abs(overSeeds.difference.mean - difference) < 1e-12);
    assert.ok(Math.abs(overCases.difference.mean - difference) < 1e-12);
    assert.equal(overCases.difference.n, 20);
    assert.ok(finding.includes(`${Math.abs(100 * difference).toFixed(1)} Dice points`), finding);
  }
  assert.ok(existsSync(result.report) && readFileSync(result.report, "utf8").includes("<html"));

  const again = await quickstart({ ...small, onProgress: () => assert.fail("trained again") });
  assert.deepEqual(again, result);
});
