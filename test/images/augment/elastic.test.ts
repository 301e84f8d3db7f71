import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { composed, drawElastic, type Warp, warpImage, warpSources } from "../../../lib/images/augment/elastic.js";

const shapes = [
  [64, 64],
  [48, 80],
  [32, 40, 24],
];
const draw = (shape: readonly number[], name: string | number, options = {}) =>
  drawElastic(shape, stream(3, "warp", name), options);

/** Steps from a pixel to the next along each axis, and its place on each. */
const stepsOf = (shape: readonly number[]) => shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
const placesOf = (i: number, shape: readonly number[]) =>
  stepsOf(shape).map((step, axis) => Math.floor(i / step) % shape[axis]);

/** The pixels that are at least some pixels away from the border, whose smoothing and clamping bend a warp. */
const inner = (shape: readonly number[], margin: number) =>
  [...Array(shape.reduce((a, b) => a * b)).keys()].filter((i) =>
    placesOf(i, shape).every((place, axis) => Math.min(place, shape[axis] - 1 - place) >= margin),
  );

/** The longest way of any of some pixels. */
const longest = ({ moves }: Pick<Warp, "moves">, pixels: readonly number[]) =>
  pixels.reduce((most, i) => Math.max(most, Math.hypot(...moves.map((move) => move[i]))), 0);

const determinant = (rows: readonly (readonly number[])[]): number =>
  rows.length === 0
    ? 1
    : rows[0].reduce((sum, value, at) => {
        const minor = rows.slice(1).map((row) => row.filter((_, column) => column !== at));
        return sum + (-1) ** at * value * determinant(minor);
      }, 0);

for (const shape of shapes) {
  const size = shape.join("×");
  const all = inner(shape, 0);
  const draws = shape.length === 2 ? 10 : 3;

  test(`a warp of ${size} and the one of the opposite field take each other back`, () => {
    for (let k = 0; k < draws; k++) {
      const [there, back] = [1.5, -1.5].map((strength) => draw(shape, k, { strength }));
      const pixels = inner(shape, 5);
      const way = longest(there, pixels);
      for (const both of [composed(there, back), composed(back, there)])
        assert.ok(longest(both, pixels) < 0.04 * way, `${longest(both, pixels)} of ${way} pixels`);
    }
  });

  test(`a warp of ${size} is half of it done twice`, () => {
    const pixels = inner(shape, 5);
    for (let k = 0; k < draws; k++) {
      const [half, full] = [0.75, 1.5].map((strength) => draw(shape, k, { strength }));
      const twice = composed(half, half);
      const difference = {
        moves: full.moves.map((move, axis) => move.map((value, i) => value - twice.moves[axis][i])),
      };
      assert.ok(longest(difference, pixels) < 0.02 * longest(full, pixels));
    }
  });

  test(`a warp of ${size} folds nothing: neighbours stay in their order`, () => {
    for (let k = 0; k < draws; k++) {
      const { moves } = draw(shape, k);
      for (const i of inner(shape, 5)) {
        const slopes = moves.map((move, row) =>
          stepsOf(shape).map((step, column) => Number(row === column) + move[i + step] - move[i]),
        );
        assert.ok(determinant(slopes) > 0, `pixel ${i} of draw ${k}`);
      }
    }
  });

  test(`every pixel of a warp of ${size} comes from the image, and from no farther than the strength`, () => {
    for (const strength of [0.2, 1.5, 10]) {
      const { moves } = draw(shape, "far", { strength });
      for (const i of all)
        for (const [axis, place] of placesOf(i, shape).entries()) {
          const [way, last] = [moves[axis][i], shape[axis] - 1];
          assert.ok(place + way >= 0 && place + way <= last);
          assert.ok(Math.abs(way) <= (strength * last) / 2);
        }
    }
  });

  test(`image and label of ${size} come from the same place`, () => {
    const warp = draw(shape, "places");
    const sources = warpSources(warp);
    for (const axis of shape.keys()) {
      const place = (i: number) => placesOf(i, shape)[axis];
      const ramp = warpImage(Float32Array.from(all, place), warp);
      for (const i of all) {
        assert.ok(Math.abs(ramp[i] - (place(i) + warp.moves[axis][i])) < 1e-3, "a ramp is read exactly");
        assert.ok(Math.abs(place(sources[i]) - ramp[i]) <= 0.5 + 1e-3);
      }
    }
  });
}

test("without strength nothing moves, and a constant image never changes", () => {
  const still = draw([40, 40], 0, { strength: 0 });
  const image = Float32Array.from({ length: 1600 }, (_, i) => Math.sin(i));
  assert.deepEqual(warpImage(image, still), image);
  assert.deepEqual(
    warpSources(still),
    Int32Array.from(image, (_, i) => i),
  );
  const constant = new Float32Array(1600).fill(0.7);
  for (const value of warpImage(constant, draw([40, 40], 1))) assert.ok(Math.abs(value - 0.7) < 1e-6);
});

test("the same stream gives the same warp, another one another; over many draws no direction is preferred", () => {
  assert.deepEqual(draw([32, 32], 1), draw([32, 32], 1));
  assert.notDeepEqual(draw([32, 32], 1), draw([32, 32], 2));
  const centre = 16 * 32 + 16;
  const draws = Array.from({ length: 400 }, (_, k) => draw([32, 32], k));
  for (const axis of [0, 1]) {
    const values = draws.map(({ moves }) => moves[axis][centre]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    assert.ok(Math.abs(mean) < (4 * sd) / 20, `axis ${axis}: ${mean} ± ${sd / 20}`);
    assert.ok(sd > 0.3, "it does move");
  }
});

test("nodes of a volume's field are as fast as those of an image's: with as many an axis, pixels move as far", () => {
  const speed = (shape: readonly number[]) => {
    const ways = Array.from({ length: 12 }, (_, k) => {
      const { moves } = draw(shape, `speed ${k}`, { grid: 4 });
      const pixels = inner(shape, 8);
      return pixels.reduce((sum, i) => sum + moves[0][i] ** 2, 0) / pixels.length;
    });
    return Math.sqrt(ways.reduce((a, b) => a + b) / ways.length);
  };
  // the field is smoothed along every axis: along one more its spread is a little smaller
  const [image, volume] = [speed([32, 32]), speed([32, 32, 32])];
  assert.ok(volume > 0.35 * image && volume < image, `${volume} of ${image} pixels`);
});
