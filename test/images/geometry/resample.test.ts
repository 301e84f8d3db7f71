import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { flip, rot90, rotate2d, zoom } from "../../../lib/images/geometry/resample.js";

// Numbers are from SciPy 1.17.1 and NumPy 2.4.6; each comment is the Python that made them, with
// a = lambda *s: (np.arange(np.prod(s)) * 7 % 23).reshape(s).astype("float32")
// z = lambda s, n, o: zoom(a(*s), [m / k for m, k in zip(n, s)], order=o)
const a = (...shape: number[]) => Float32Array.from({ length: shape.reduce((x, y) => x * y) }, (_, i) => (i * 7) % 23);
const z = (shape: number[], size: number[], order: 0 | 1 | 3) => zoom(a(...shape), shape, size, order);
const digest = (values: Float32Array) =>
  createHash("sha256").update(Uint8Array.from(values)).digest("hex").slice(0, 16);

function near(found: ArrayLike<number>, expected: readonly number[], tolerance = 1e-5) {
  assert.equal(found.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(found[i] - value) <= tolerance, `place ${i}: found ${found[i]}, expected ${value}`);
}

test("an image is resized as scipy.ndimage.zoom does it, orders 0, 1 and 3", () => {
  // [z((4, 5), (6, 3), o).ravel() for o in (0, 1, 3)]
  near(z([4, 5], [6, 3], 0), [0, 14, 5, 12, 3, 17, 12, 3, 17, 1, 15, 6, 1, 15, 6, 13, 4, 18], 0);
  near(z([4, 5], [6, 3], 1), [0, 14, 5, 7.2, 7.4, 12.2, 9.8, 5.4, 14.8, 3.2, 12.6, 8.2, 5.8, 10.6, 10.8, 13, 4, 18]);
  near(
    z([4, 5], [6, 3], 3),
    [
      0, 14, 5, 7.6896, 6.7856, 12.6896, 10.9136, 4.3056, 15.9136, 2.0864, 13.6944, 7.0864, 5.3104, 11.2144, 10.3104,
      13, 4, 18,
    ],
  );
});

test("a volume is resized as scipy.ndimage.zoom does it, orders 0, 1 and 3", () => {
  // [z((2, 3, 3), (3, 2, 4), o).ravel() for o in (0, 1, 3)]
  near(
    z([2, 3, 3], [3, 2, 4], 0),
    [0, 7, 7, 14, 19, 3, 3, 10, 17, 1, 1, 8, 13, 20, 20, 4, 17, 1, 1, 8, 13, 20, 20, 4],
    0,
  );
  const linear = [
    0, 4.666667, 9.333333, 14, 19, 8.333333, 5.333333, 10, 8.5, 5.5, 6.333333, 11, 16, 13, 10, 7, 17, 6.333333,
    3.333333, 8, 13, 17.66667, 14.66667, 4,
  ];
  near(z([2, 3, 3], [3, 2, 4], 1), linear);
  const cubic = [
    0, 3.62963, 10.37037, 14, 19, 8.148149, 3.814815, 10, 8.5, 4.888889, 6.092593, 11, 16, 13.66667, 9.333333, 7, 17,
    6.148148, 1.814815, 8, 13, 19.18518, 14.85185, 4,
  ];
  near(z([2, 3, 3], [3, 2, 4], 3), cubic);
});

test("an axis of one pixel is repeated, and an axis shrunk to one pixel keeps its first", () => {
  near(z([1, 4], [2, 6], 3), [0, 3.3264, 8.5344, 12.4656, 17.6736, 21, 0, 3.3264, 8.5344, 12.4656, 17.6736, 21]); // z((1, 4), (2, 6), 3)
  near(z([3, 1], [1, 2], 1), [0, 0]); // z((3, 1), (1, 2), 1)
});

test("whole numbers are rounded and kept in their range", () => {
  // zoom(np.array([0, 100, 255], "uint8"), 7 / 3, order=3)
  assert.deepEqual([...zoom(Uint8Array.of(0, 100, 255), [3], [7], 3)], [0, 12, 46, 100, 169, 229, 255]);
  // zoom(np.array([255, 255, 0, 0], "uint8"), 7 / 4, order=3); the spline itself runs from 274.1 to -19.1
  assert.deepEqual([...zoom(Uint8Array.of(255, 255, 0, 0), [4], [7], 3)], [255, 255, 255, 128, 0, 0, 0]);
});

test("slices of ACDC are resized to the network and back bit for bit as by SciPy", () => {
  // hashlib.sha256(z(s, n, 0).astype("uint8").tobytes()).hexdigest()[:16]
  assert.equal(digest(z([256, 216], [256, 256], 0)), "1b7c9fc0cf18c2a6");
  assert.equal(digest(z([256, 256], [256, 216], 0)), "ae0bf6b69c6b15c1");
  assert.equal(digest(z([154, 208], [256, 256], 0)), "97607c844549f8cd");
});

test("where SciPy loses the last place to rounding, so do we, unless told to clamp", () => {
  for (const order of [0, 1] as const) {
    assert.equal(z([4], [188], order)[187], 0); // z((4,), (188,), order)[-1]
    assert.equal(zoom(a(4), [4], [188], order, { end: "clamped" })[187], 21);
  }
});

const shapes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 });

test("resizing to the same size changes nothing", () => {
  fc.assert(
    fc.property(shapes, fc.constantFrom(0, 1, 3), (shape, order) => {
      assert.deepEqual(zoom(a(...shape), shape, shape, order), a(...shape));
    }),
  );
});

test("corner pixels stay corner pixels", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 2, max: 40 }),
      fc.constantFrom(0, 1, 3),
      (from, to, order) => {
        const found = zoom(a(from), [from], [to], order, { end: "clamped" });
        near([found[0], found[to - 1]], [a(from)[0], a(from)[from - 1]]);
      },
    ),
  );
});

test("the result may be written into an array of the caller", () => {
  const onto = new Float32Array(18).fill(9);
  assert.equal(zoom(a(4, 5), [4, 5], [6, 3], 0, { onto }), onto);
  assert.deepEqual(onto, z([4, 5], [6, 3], 0));
  assert.throws(() => zoom(a(4, 5), [4, 5], [6, 4], 0, { onto }), /found room for 18 values, expected 6×4/);
  assert.throws(() => zoom(a(4, 5), [4, 6], [6, 4], 0), /found 20 values, expected 4×6/);
});

test("an image is rotated as scipy.ndimage.rotate does it, orders 0 and 1", () => {
  // rotate(a(5, 6), 20, reshape=False, order=0).ravel(); rotate(a(5, 6), -13, reshape=False, order=1).ravel()
  near(
    rotate2d(a(5, 6), [5, 6], 20),
    [0, 0, 0, 5, 8, 0, 0, 3, 10, 17, 20, 0, 19, 3, 6, 13, 16, 0, 0, 22, 2, 9, 16, 19, 0, 11, 14, 0, 0, 0],
    0,
  );
  const linear = [
    0, 6.243394, 10.28545, 0, 0, 0, 0, 11.32479, 8.63646, 15.68302, 6.461522, 8.12381, 13.19901, 20.03518, 5.639802,
  ];
  const below = [
    13.3602, 13.61814, 6.44592, 10.87619, 14.42738, 4.839503, 11.03737, 14.46813, 0, 0, 0, 0, 8.714552, 12.75661, 0,
  ];
  near(rotate2d(a(5, 6), [5, 6], -13, { order: 1 }), [...linear, ...below]);
});

test("the angles of the 2D protocol are rotated bit for bit as by SciPy", () => {
  // hashlib.sha256(rotate(a(256, 256), d, reshape=False, order=0).astype("uint8").tobytes()).hexdigest()[:16]
  const expected = {
    "-20": "d4d7100e7c723b89",
    "-7": "8dd232f2143ff80d",
    1: "bfe2aee2d6cc2f35",
    13: "4bc74b647050a508",
    19: "ac87168ec13d6992",
  };
  for (const [degrees, hash] of Object.entries(expected))
    assert.equal(digest(rotate2d(a(256, 256), [256, 256], Number(degrees))), hash);
});

test("what comes from outside the image is the fill", () => {
  assert.equal(rotate2d(new Float32Array(64), [8, 8], 20, { fill: -1 })[0], -1);
});

test("quarter turns agree with rotation by 90 degrees and go counter-clockwise", () => {
  assert.deepEqual([...rot90(a(2, 3), [2, 3], 1)], [14, 12, 7, 5, 0, 21]); // np.rot90(a(2, 3)).ravel()
  for (const k of [-1, 0, 1, 2, 3, 5]) assert.deepEqual(rot90(a(7, 7), [7, 7], k), rotate2d(a(7, 7), [7, 7], 90 * k));
});

test("four quarter turns, or two mirrorings, lead back", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: -4, max: 7 }),
      (height, width, k) => {
        const shape = k % 2 === 0 ? [height, width] : [width, height];
        assert.deepEqual(rot90(rot90(a(height, width), [height, width], k), shape, 4 - k), a(height, width));
        for (const axis of [0, 1])
          assert.deepEqual(
            flip(flip(a(height, width), [height, width], axis), [height, width], axis),
            a(height, width),
          );
      },
    ),
  );
  assert.deepEqual([...flip(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3], 0)], [4, 5, 6, 1, 2, 3]);
  assert.deepEqual([...flip(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3], 1)], [3, 2, 1, 6, 5, 4]);
});
