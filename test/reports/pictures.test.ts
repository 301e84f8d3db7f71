import assert from "node:assert/strict";
import { test } from "node:test";
import { testOverlays } from "../../lib/reports/pictures.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";

const runs = temporary("arco-pictures-");

/** A group with one run of a seed. */
async function group(title: string, seed: number, shift: number) {
  const { folder, metrics } = await sampleRun(runs, { labeled: 1, seed }, { shift, cases: 3 });
  return { title, runs: [{ folder, seed, metrics }] };
}

test("a slice is shown alone, then with its truth, then with each prediction over the truth", async () => {
  const groups = [await group("first", 0, 1), await group("second", 1, 3)];
  const { data, layout, fit } = await testOverlays(groups, { cases: 2 });
  const [image, truth, first, second] = (fit?.grid?.panels ?? []).map(({ title }) => title);
  assert.match(image, /^hippocampus_\d+\nslice \d+$/);
  assert.deepEqual([truth, first.split("\n")[0], second.split("\n")[0]], ["truth", "first, seed 0", "second, seed 1"]);
  const drawn = (panel: number) =>
    data
      .filter(({ xaxis }) => xaxis === `x${panel === 1 ? "" : panel}`)
      .map(({ name }) => /truth|prediction/.exec(name)?.[0]);
  for (const case_ of [0, 4]) {
    assert.deepEqual(drawn(case_ + 1), []);
    assert.deepEqual([...new Set(drawn(case_ + 2))], ["truth"]);
    for (const panel of [3, 4]) assert.deepEqual([...new Set(drawn(case_ + panel))].sort(), ["prediction", "truth"]);
  }
  assert.equal(fit?.grid?.together, 4);
  assert.equal(layout.images?.length, 8);
});

test("the seed of all predictions is said once, beside what their number is", async () => {
  const figure = await testOverlays([await group("only", 0, 1)], { cases: 1, subtitle: "these data" });
  assert.match(figure.fit?.subtitle ?? "", /^these data; Dice: .*; predictions of seed 0$/);
  assert.match(figure.fit?.grid?.panels[2].title ?? "", /^only\nDice 0\.\d\d$/);
});
