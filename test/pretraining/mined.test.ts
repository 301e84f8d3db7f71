import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stream } from "../../lib/engine/random.js";
import { mineViews } from "../../lib/pretraining/mined.js";
import { Problem } from "../../lib/problem.js";

const batches = {
  labeled: fc.integer({ min: 0, max: 8 }),
  unlabeled: fc.integer({ min: 2, max: 12 }),
  count: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
};

test("every image has as many different views as asked for, all of other images, all unlabelled", () =>
  fc.assert(
    fc.property(fc.record(batches), ({ labeled, unlabeled, count, seed }) => {
      const { sources, chosen } = mineViews({ labeled, unlabeled }, count, stream(seed, "mined"));
      assert.ok(sources.every((source) => source >= labeled && source < labeled + unlabeled));
      assert.equal(chosen.length, labeled + unlabeled);
      for (const [image, views] of chosen.entries()) {
        assert.equal(new Set(views).size, count);
        assert.ok(views.every((view) => view in sources && sources[view] !== image));
      }
    }),
  ));

test("no smaller number of views would do", () =>
  fc.assert(
    fc.property(fc.record(batches), ({ labeled, unlabeled, count, seed }) => {
      const { sources } = mineViews({ labeled, unlabeled }, count, stream(seed, "mined"));
      const fewer = sources.length - 1;
      assert.ok(fewer - Math.ceil(fewer / unlabeled) < count); // even when spread evenly, the most frequent image lacks others
    }),
  ));

test("over many steps every unlabelled image is looked at equally often", () => {
  const steps = 3000;
  const seen = [0, 0, 0, 0];
  for (let step = 0; step < steps; step++)
    for (const source of mineViews({ labeled: 2, unlabeled: 4 }, 1, stream(0, "mined", step)).sources)
      seen[source - 2]++;
  // two of four views a step: each image with probability ½
  for (const count of seen) assert.ok(Math.abs(count - steps / 2) < 4 * Math.sqrt(steps / 4), `${seen}`);
});

test("with one unlabelled image there are no others", () =>
  assert.throws(() => mineViews({ labeled: 3, unlabeled: 1 }, 5, stream(0, "mined")), Problem));
