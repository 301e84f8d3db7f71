import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Problem } from "../../lib/problem.js";
import { type Groups, gridGroups, groupsOf } from "../../lib/samplers/groups.js";
import { full, large } from "./samples.js";

/** Group of each position, from the lists of positions. */
function listed({ count, order, starts }: Groups): number[] {
  const label: number[] = [];
  for (let m = 0; m < count; m++) for (const position of order.subarray(starts[m], starts[m + 1])) label[position] = m;
  return label;
}

test("groups are a partition in raster order, none of them empty", () => {
  fc.assert(
    fc.property(large, ({ population, groups }) => {
      const { count, order, starts, label } = groups;
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        [...population.pixels.keys()],
      );
      assert.deepEqual([starts[0], starts[count], starts.length], [0, population.pixels.length, count + 1]);
      assert.deepEqual(listed(groups), [...label]);
      for (let m = 0; m < count; m++) {
        const members = [...order.subarray(starts[m], starts[m + 1])];
        assert.ok(members.length > 0);
        assert.deepEqual(
          members,
          [...members].sort((a, b) => a - b),
        );
      }
    }),
  );
});

test("two pixels share a group where their coordinates share a cell, and with the scope of an image that image", () => {
  fc.assert(
    fc.property(large, fc.integer({ min: 1, max: 6 }), fc.constantFrom("image", "batch"), (sample, cells, scope) => {
      const { pixels, shape } = sample.population;
      const { label } = gridGroups(sample.population, { cells, scope });
      const place = (pixel: number) => {
        const at: number[] = [];
        let rest = pixel;
        for (const size of [...shape].reverse()) {
          at.push(Math.floor(((rest % size) * cells) / size));
          rest = Math.floor(rest / size);
        }
        return [...at, scope === "image" ? rest : 0].join();
      };
      const places = new Map<number, string>();
      for (const [i, pixel] of pixels.entries()) {
        assert.equal(places.get(label[i]) ?? place(pixel), place(pixel));
        places.set(label[i], place(pixel));
      }
      assert.equal(new Set(places.values()).size, places.size);
    }),
  );
});

test("the default is the paper's 4 × 4 cells, counted by columns first, in all images of a batch together", () => {
  const { count, label, cells } = gridGroups(full([8, 8], 2));
  assert.deepEqual([count, cells], [16, 4]);
  assert.deepEqual([...label.subarray(0, 8)], [0, 0, 1, 1, 2, 2, 3, 3]);
  assert.deepEqual([...label.subarray(16, 24)], [4, 4, 5, 5, 6, 6, 7, 7]);
  assert.deepEqual(label.subarray(64), label.subarray(0, 64));
  assert.equal(gridGroups(full([8, 8], 2), { scope: "image" }).count, 32);
  assert.equal(gridGroups(full([8, 8, 8]), { cells: 3 }).count, 27);
});

test("any labels make groups, in their order; those that do not occur are left out", () => {
  const groups = groupsOf([7, 2, 7, 0, 2, 2]);
  assert.equal(groups.count, 3);
  assert.deepEqual([...groups.label], [2, 1, 2, 0, 1, 1]);
  assert.deepEqual([...groups.order], [3, 1, 4, 5, 0, 2]);
  assert.deepEqual([...groups.starts], [0, 1, 4, 6]);
  assert.equal(groupsOf([]).count, 0);
});

test("what cannot be grouped is refused", () => {
  const problem = (message: RegExp) => (error: unknown) => error instanceof Problem && message.test(error.message);
  assert.throws(() => groupsOf([0, 1.5]), problem(/label 1\.5 at position 1, expected whole numbers/));
  assert.throws(() => groupsOf([0, -1]), problem(/label -1 at position 1/));
  assert.throws(() => gridGroups(full([4, 4]), { cells: 0 }), problem(/found 0 cells along an axis/));
  assert.throws(() => gridGroups(full([4, 4]), { cells: 2.5 }), problem(/found 2\.5 cells/));
  const descending = { pixels: Int32Array.of(3, 1), shape: [2, 2] };
  assert.throws(() => gridGroups(descending), problem(/pixel 1 after 3, expected ascending/));
});
