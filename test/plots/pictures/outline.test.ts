import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { outline } from "../../../lib/plots/pictures/outline.js";

/** Twice the signed area of each loop (shoelace formula). */
function areas({ x, y }: { x: (number | null)[]; y: (number | null)[] }): number[] {
  const found: number[] = [];
  let last: [number, number] | undefined;
  let sum = 0;
  x.forEach((value, at) => {
    const other = y[at];
    if (value === null || other === null) {
      found.push(sum);
      [sum, last] = [0, undefined];
    } else {
      if (last) sum += last[0] * other - value * last[1];
      last = [value, other];
    }
  });
  return last ? [...found, sum] : found;
}

test("the loops of an outline enclose as much area as the class has pixels, holes taken off", () => {
  const masks = fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }))
    .chain(([height, width]) =>
      fc.tuple(
        fc.constant([height, width] as const),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: height * width, maxLength: height * width }),
      ),
    );
  fc.assert(
    fc.property(masks, ([shape, map]) => {
      const total = areas(outline(map, shape, 1)).reduce((sum, area) => sum + area, 0) / 2;
      assert.equal(total, map.filter((value) => value === 1).length);
    }),
  );
});

test("every loop is closed, and has no corner on a straight line", () => {
  const { x, y } = outline([0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0], [3, 4], 1);
  assert.deepEqual(
    [x, y],
    [
      [1, 3, 3, 1, 1],
      [1, 1, 3, 3, 1],
    ],
  );
});

test("a hole is wound the other way", () => {
  const [outer, hole] = areas(outline([1, 1, 1, 1, 0, 1, 1, 1, 1], [3, 3], 1)).sort((a, b) => b - a);
  assert.deepEqual([outer / 2, hole / 2], [9, -1]);
});
