import assert from "node:assert/strict";
import { before, test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import { controlPoints, drawControlPoints, type Point, thinPlateGrid } from "../../lib/losses/thinPlate.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

/** Points moved by an affine map. */
const affine =
  ([a, b, c, d, e, f]: readonly number[]) =>
  ([x, y]: Point): Point => [a * x + b * y + c, d * x + e * y + f];

test("control points moved as a whole move every pixel in the same way", () =>
  inEveryForm(async (form) => {
    const maps = [
      [1, 0, 0, 0, 1, 0],
      [0.8, -0.3, 0.1, 0.4, 1.1, -0.2],
    ];
    const [height, width] = [4, 6];
    const grid = thinPlateGrid(
      maps.map((map) => controlPoints.map(affine(map))),
      [height, width],
    );
    const place = (i: number): Point => [
      ((i % width) / (width - 1)) * 2 - 1,
      (Math.floor(i / width) / (height - 1)) * 2 - 1,
    ];
    const expected = maps.flatMap((map) =>
      Array.from({ length: height * width }, (_, i) => affine(map)(place(i))).flat(),
    );
    assert.deepEqual(grid.shape, [2, height, width, 2], form);
    assertClose(await grid.data(), expected, 2e-6, form);
  }));

test("at the control points a grid is what was asked for, whatever they do", () =>
  inEveryForm(async (form) => {
    const rng = stream(0, "points");
    const points = controlPoints.map((): Point => [rng.uniform(-1, 1), rng.uniform(-1, 1)]);
    const values = await thinPlateGrid([points], [5, 5]).data();
    const found = controlPoints.flatMap(([x, y]) => {
      const pixel = 5 * (2 * y + 2) + (2 * x + 2);
      return [values[2 * pixel], values[2 * pixel + 1]];
    });
    assertClose(found, points.flat(), 1e-5, form);
  }));

test("drawn points are turned, scaled and shifted as far as allowed, and mirrored all or none, half of the time", () => {
  const rng = stream(0, "warp");
  const seen = { scales: [] as number[], degrees: [] as number[], shifts: [] as number[], mirrored: 0 };
  const draws = 400;
  for (let draw = 0; draw < draws; draw++) {
    const signs = drawControlPoints(rng, 3, { jitter: 0 }).map((points) => {
      const [middle, right, below] = [
        [0, 0],
        [1, 0],
        [0, 1],
      ].map(([x, y]) => points[controlPoints.findIndex((point) => point[0] === x && point[1] === y)]);
      const [across, down] = [right, below].map(([x, y]) => [x - middle[0], y - middle[1]]);
      const sign = Math.sign(across[0] * down[1] - across[1] * down[0]);
      seen.scales.push(Math.hypot(...across), Math.hypot(...down));
      seen.degrees.push((Math.atan2(across[1], sign * across[0]) * 180) / Math.PI);
      seen.shifts.push(...middle);
      return sign;
    });
    assert.equal(new Set(signs).size, 1, "one coin for the batch");
    if (signs[0] < 0) seen.mirrored++;
  }
  const fills = (values: number[], low: number, high: number, what: string) => {
    const margin = (high - low) / 20;
    const [least, most] = [Math.min(...values), Math.max(...values)];
    assert.ok(least > low - 1e-9 && least < low + margin && most < high + 1e-9 && most > high - margin, what);
  };
  fills(seen.scales, 1 / 1.2, 1 / 0.8, "scale");
  fills(seen.degrees, -60, 60, "rotation");
  fills(seen.shifts, -0.1, 0.1, "shift");
  assert.ok(Math.abs(seen.mirrored / draws - 0.5) < 4 * Math.sqrt(0.25 / draws), `${seen.mirrored} mirrored`);
});

test("jitter moves every control point by itself, no further than allowed", () => {
  const still = { rotationDegrees: 0, scale: [1, 1], shift: 0 } as const;
  const [points] = drawControlPoints(stream(1, "jitter"), 1, still);
  const moves = points.flatMap(([x, y], i) => [
    Math.abs(Math.abs(x) - Math.abs(controlPoints[i][0])),
    Math.abs(y - controlPoints[i][1]),
  ]);
  assert.ok(moves.every((move) => move <= 0.01 + 1e-12));
  assert.ok(new Set(moves.map((move) => move.toFixed(9))).size > 40);
});
