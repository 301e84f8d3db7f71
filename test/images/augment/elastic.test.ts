import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { composed, drawElastic, type Warp, warpImage, warpSources } from "../../../lib/images/augment/elastic.js";

const shapes = [
  [64, 64],
  [48, 80],
] as const;
const draw = (shape: readonly [number, number], name: string | number, options = {}) =>
  drawElastic(shape, stream(3, "warp", name), options);

/** The pixels that are at least some pixels away from the border, whose smoothing and clamping bend a warp. */
const inner = ([height, width]: readonly number[], margin: number) =>
  [...Array(height * width).keys()].filter((i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return Math.min(y, x, height - 1 - y, width - 1 - x) >= margin;
  });

/** The longest way of any of some pixels. */
const longest = ({ down, right }: Warp, pixels: readonly number[]) =>
  Math.max(...pixels.map((i) => Math.hypot(down[i], right[i])));

for (const shape of shapes) {
  const [height, width] = shape;
  const all = inner(shape, 0);

  test(`a warp of ${height}×${width} and the one of the opposite field take each other back`, () => {
    for (let k = 0; k < 10; k++) {
      const [there, back] = [1.5, -1.5].map((strength) => draw(shape, k, { strength }));
      const pixels = inner(shape, 5);
      const way = longest(there, pixels);
      for (const both of [composed(there, back), composed(back, there)])
        assert.ok(longest(both, pixels) < 0.04 * way, `${longest(both, pixels)} of ${way} pixels`);
    }
  });

  test(`a warp of ${height}×${width} is half of it done twice`, () => {
    const pixels = inner(shape, 5);
    for (let k = 0; k < 10; k++) {
      const [half, full] = [0.75, 1.5].map((strength) => draw(shape, k, { strength }));
      const twice = composed(half, half);
      const difference = {
        ...full,
        down: full.down.map((value, i) => value - twice.down[i]),
        right: full.right.map((value, i) => value - twice.right[i]),
      };
      assert.ok(longest(difference, pixels) < 0.02 * longest(full, pixels));
    }
  });

  test(`a warp of ${height}×${width} folds nothing: neighbours stay in their order`, () => {
    for (let k = 0; k < 10; k++) {
      const { down, right } = draw(shape, k);
      for (const i of inner(shape, 5)) {
        const along = (of: Float32Array) => [of[i + width] - of[i], of[i + 1] - of[i]];
        const [[a, b], [c, d]] = [along(down), along(right)];
        assert.ok((1 + a) * (1 + d) - b * c > 0, `pixel ${i} of draw ${k}`);
      }
    }
  });

  test(`every pixel of a warp of ${height}×${width} comes from the image, and from no farther than the strength`, () => {
    for (const strength of [0.2, 1.5, 10]) {
      const { down, right } = draw(shape, "far", { strength });
      for (const i of all) {
        const [y, x] = [Math.floor(i / width) + down[i], (i % width) + right[i]];
        assert.ok(y >= 0 && x >= 0 && y <= height - 1 && x <= width - 1);
        assert.ok(
          Math.abs(down[i]) <= (strength * (height - 1)) / 2 && Math.abs(right[i]) <= (strength * (width - 1)) / 2,
        );
      }
    }
  });

  test(`image and label of ${height}×${width} come from the same place`, () => {
    const warp = draw(shape, "places");
    const [rows, columns] = [(i: number) => Math.floor(i / width), (i: number) => i % width];
    const places = [rows, columns].map((of) => warpImage(Float32Array.from(all, of), warp));
    const sources = warpSources(warp);
    for (const i of all) {
      assert.ok(Math.abs(places[0][i] - (rows(i) + warp.down[i])) < 1e-3, "a ramp is read exactly");
      assert.ok(Math.abs(rows(sources[i]) - places[0][i]) <= 0.5 + 1e-3);
      assert.ok(Math.abs(columns(sources[i]) - places[1][i]) <= 0.5 + 1e-3);
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
  for (const axis of ["down", "right"] as const) {
    const values = draws.map((warp) => warp[axis][centre]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    assert.ok(Math.abs(mean) < (4 * sd) / 20, `${axis}: ${mean} ± ${sd / 20}`);
    assert.ok(sd > 0.3, "it does move");
  }
});
