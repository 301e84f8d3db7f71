import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "../../lib/problem.js";
import { antithetic } from "../../lib/samplers/antithetic.js";
import { gridGroups } from "../../lib/samplers/groups.js";
import { moments } from "../../lib/samplers/outcomes.js";
import { populationOf } from "../../lib/samplers/population.js";
import { superpixelGroups } from "../../lib/samplers/superpixels.js";
import { variances } from "../../lib/samplers/variance.js";
import { full, numbers } from "./samples.js";

/** Images of a slanted edge with a little noise. */
const edge = (shape: readonly [number, number], images = 1) =>
  full(shape, images).pixels.reduce<number[]>((image, pixel, i) => {
    const [y, x] = [Math.floor(pixel / shape[1]) % shape[0], pixel % shape[1]];
    image.push(Number(2 * x + y > shape[1] + 3) + numbers(1, `edge ${i % 50}`)[0] / 50);
    return image;
  }, []);

test("superpixels of a constant image are the cells of the grid, in each image its own", () => {
  for (const [shape, images] of [
    [[16, 16], 2],
    [[8, 8, 8], 1],
  ] as const) {
    const population = full(shape, images);
    const constant = new Float32Array(population.pixels.length).fill(7);
    assert.deepEqual(
      [...superpixelGroups(population, constant).label],
      [...gridGroups(population, { scope: "image" }).label],
    );
  }
});

test("superpixels follow the edges of an image, which grid cells cut", () => {
  const population = full([32, 32], 2);
  const image = edge([32, 32], 2);
  const superpixels = superpixelGroups(population, image);
  const between = (groups: typeof superpixels) => variances(image, groups, 64).between;
  assert.ok(superpixels.count <= 32);
  assert.ok(between(superpixels) > 0.97, `superpixels explain ${between(superpixels)}`);
  assert.ok(between(gridGroups(population, { scope: "image" })) < 0.9);
});

test("superpixels are those of the image, whichever of its pixels are eligible", () => {
  const image = edge([16, 16], 2);
  const all = superpixelGroups(full([16, 16], 2), image);
  const mask = Uint8Array.from(image, (_, i) => Number(i % 3 === 0));
  const { label } = superpixelGroups(populationOf(mask, [16, 16]), image);
  const names = new Map<number, number>();
  for (const [i, own] of label.entries()) {
    assert.equal(names.get(own) ?? all.label[3 * i], all.label[3 * i]);
    names.set(own, all.label[3 * i]);
  }
  assert.equal(new Set(names.values()).size, names.size);
});

test("samplers are as unbiased in superpixels as on a grid", () => {
  const image = [0, 0, 5, 0, 5, 5, 0, 5, 5];
  const population = full([3, 3]);
  const groups = superpixelGroups(population, image, { cells: 2 });
  for (let position = 0; position < 9; position++) {
    const { mean } = moments(
      (rng) => antithetic.draw(population, groups, 4, rng).index,
      (index) => index.filter((drawn) => drawn === position).length,
    );
    assert.ok(Math.abs(mean - 4 / 9) < 1e-12);
  }
});

test("an image of another size is refused", () => {
  assert.throws(() => superpixelGroups(full([4, 4]), new Float32Array(15)), Problem);
  assert.throws(() => superpixelGroups(full([4, 4], 2), new Float32Array(16)), Problem);
  assert.equal(superpixelGroups(full([4, 4], 0), new Float32Array(16)).count, 0);
});
