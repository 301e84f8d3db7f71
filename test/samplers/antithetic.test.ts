import assert from "node:assert/strict";
import { test } from "node:test";
import { antithetic } from "../../lib/samplers/antithetic.js";
import { gridGroups, groupsOf } from "../../lib/samplers/groups.js";
import { outcomes } from "../../lib/samplers/outcomes.js";
import { reflections } from "../../lib/samplers/reflections.js";
import { full, row } from "./samples.js";

const index = (pixels: number[], shape: number[]) => ({ pixels: Int32Array.from(pixels), shape });

test("reflections lie as far behind the centre of their cell as pixels before it, in their own image", () => {
  const image = full([5, 4], 2);
  const halves = reflections(image, gridGroups(image, { cells: 2 })); // rows 0–2 and 3–4, columns 0–1 and 2–3
  assert.deepEqual([...halves.subarray(0, 8)], [9, 8, 11, 10, 5, 4, 7, 6]);
  assert.deepEqual([...halves.subarray(12, 20)], [17, 16, 19, 18, 13, 12, 15, 14]);
  assert.deepEqual(
    [...halves.subarray(20)],
    [...halves.subarray(0, 20)].map((position) => position + 20),
  );
  const volume = full([2, 2, 2]);
  assert.deepEqual([...reflections(volume, gridGroups(volume, { cells: 1 }))], [7, 6, 5, 4, 3, 2, 1, 0]);
});

test("a reflection that the population lacks is none", () => {
  const mask = index([0, 2, 4, 8], [3, 3]);
  assert.deepEqual([...reflections(mask, gridGroups(mask, { cells: 1 }))], [3, -1, 2, 0]);
});

test("on full cells the partner by rank is the reflection", () => {
  for (const [shape, cells] of [
    [[8, 8], 4],
    [[7, 10], 3],
    [[4, 5, 6], 2],
  ] as const) {
    const population = full(shape);
    const groups = gridGroups(population, { cells });
    const reflected = reflections(population, groups);
    for (let m = 0; m < groups.count; m++) {
      const members = [...groups.order.subarray(groups.starts[m], groups.starts[m + 1])];
      assert.deepEqual(
        members.map((position) => reflected[position]),
        members.reverse(),
      );
    }
  }
});

test("every second draw of a group is the partner of another: its rank from the other end", () => {
  for (const replacement of [true, false])
    for (const { value } of outcomes((rng) =>
      antithetic.draw(row(6), groupsOf([0, 0, 0, 0, 0, 0]), 4, rng, { replacement }),
    )) {
      const drawn = [...value.index].sort((a, b) => a - b);
      assert.deepEqual(drawn, drawn.map((position) => 5 - position).reverse());
    }
});

test("a pixel without reflection has another such for its partner", () => {
  const mask = index([0, 1, 2, 8], [3, 3]); // 0 and 8 are reflections, 1 and 2 have none
  const groups = gridGroups(mask, { cells: 1 });
  const pairs = new Map<string, number>();
  for (const { probability, value } of outcomes((rng) =>
    antithetic.draw(mask, groups, 2, rng, { pairing: "geometric" }),
  )) {
    const pair = value.index.join();
    pairs.set(pair, (pairs.get(pair) ?? 0) + probability);
  }
  const expected = { "0,3": 1 / 4, "1,1": 1 / 8, "1,2": 1 / 8, "2,1": 1 / 8, "2,2": 1 / 8, "3,0": 1 / 4 };
  assert.deepEqual(Object.fromEntries([...pairs].sort()), expected);
});
