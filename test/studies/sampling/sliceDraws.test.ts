import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { drawnPixels } from "../../../lib/plots/pictures/drawnPixels.js";
import { gridGroups } from "../../../lib/samplers/groups.js";
import { samplers } from "../../../lib/samplers/index.js";
import { partners, sliceDraws } from "../../../lib/studies/sampling/sliceDraws.js";
import { slice } from "./samples.js";

const made = slice();
const groups = gridGroups(made.population, { cells: 4 });

test("of what SAG drew all are in pairs of partners but one at most in each group", () => {
  for (let seed = 0; seed < 50; seed++) {
    const { index } = samplers.sag.draw(made.population, groups, 37, stream(seed, "pairs"));
    const pairs = partners(index, groups);
    const inGroup = (m: number) => index.filter((position) => groups.label[position] === m).length;
    const expected = Array.from({ length: groups.count }, (_, m) => inGroup(m) >> 1).reduce((a, b) => a + b, 0);
    assert.ok(pairs.length >= expected, `${pairs.length} pairs, expected ${expected}`);
  }
});

test("partners stand in one group, as far from its first member as from its last, and each draw is in one pair at most", () => {
  const { index } = samplers.sag.draw(made.population, groups, 64, stream(0, "pairs"));
  const left = [...index];
  for (const [a, b] of partners(index, groups)) {
    const members = groups.order.subarray(groups.starts[groups.label[a]], groups.starts[groups.label[a] + 1]);
    assert.equal(groups.label[a], groups.label[b]);
    assert.equal(members.indexOf(a) + members.indexOf(b), members.length - 1);
    for (const drawn of [a, b]) {
      assert.ok(left.includes(drawn));
      left.splice(left.indexOf(drawn), 1);
    }
  }
});

test("the drawing has the pixels of three samplers inside the region, and its figure says how well they keep to their shares", () => {
  const drawing = sliceDraws(made, { n: 32 });
  assert.deepEqual(
    drawing.panels.map(({ title, pixels, pairs }) => [title, pixels.length, pairs !== undefined]),
    [
      ["NS", 32, false],
      ["SG", 32, false],
      ["SAG", 32, true],
    ],
  );
  for (const { pixels } of drawing.panels) assert.ok(Array.from(pixels).every((pixel) => made.region[pixel] === 1));
  assert.match(drawnPixels(drawing).layout.title.text, /up to .* in “NS”, .* in “SG”/);
  assert.deepEqual(sliceDraws(made, { n: 32 }), drawing);
});
