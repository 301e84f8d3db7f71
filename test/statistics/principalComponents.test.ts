import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { Problem } from "../../lib/problem.js";
import { principalComponents } from "../../lib/statistics/principalComponents.js";
import { symmetricEigen } from "../../lib/statistics/symmetricEigen.js";
import { near } from "./near.js";

/** A stretched cloud, turned so that its axes are the first columns of a reflection I − 2uuᵀ. */
function cloud(n: number, d: number, spreads: readonly number[]) {
  const rng = stream(1, "cloud", n, d);
  const raw = Array.from({ length: d }, () => rng.normal());
  const norm = Math.hypot(...raw);
  const u = raw.map((value) => value / norm);
  const axis = (i: number) => u.map((value, j) => (i === j ? 1 : 0) - 2 * u[i] * value);
  const rows = Array.from({ length: n }, () => {
    const along = Array.from({ length: d }, (_, i) => (spreads[i] ?? 0.01) * rng.normal());
    return Array.from({ length: d }, (_, j) => 5 + along.reduce((sum, value, i) => sum + value * axis(i)[j], 0));
  });
  return { rows: rows.flat(), axes: [axis(0), axis(1)] };
}

const row = (values: Float64Array, i: number, d: number) => Array.from(values.subarray(i * d, (i + 1) * d));
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);

for (const d of [2, 5, 40])
  test(`the two axes along which a cloud in ${d} dimensions was stretched are found`, () => {
    const { rows, axes } = cloud(800, d, [4, 2]);
    const { components, explained } = principalComponents(rows, [800, d]);
    for (const i of [0, 1]) assert.ok(Math.abs(dot(row(components, i, d), axes[i])) > 0.995, `axis ${i}`);
    assert.ok(Math.abs(explained[0] - 0.8) < 0.02 && Math.abs(explained[1] - 0.2) < 0.02, String(explained));
  });

test("components are at right angles, of length 1, and the variance of the scores is what they explain", () => {
  const [n, d] = [300, 60];
  const { rows } = cloud(n, d, [3, 2.5, 2.4, 2.3, 2, 1, 1, 1]);
  const { components, scores, explained } = principalComponents(rows, [n, d]);
  const [first, second] = [row(components, 0, d), row(components, 1, d)];
  near(dot(first, first), 1);
  near(dot(second, second), 1);
  near(dot(first, second), 0);
  const mean = (values: readonly number[]) =>
    dot(
      values,
      values.map(() => 1),
    ) / values.length;
  const variance = (values: readonly number[]) => mean(values.map((value) => (value - mean(values)) ** 2));
  const column = (values: ArrayLike<number>, j: number, width: number) =>
    Array.from({ length: n }, (_, i) => values[i * width + j]);
  const total = Array.from({ length: d }, (_, j) => variance(column(rows, j, d))).reduce((a, b) => a + b);
  for (const i of [0, 1]) near(variance(column(scores, i, 2)) / total, explained[i]);
  near(mean(column(scores, 0, 2)), 0);
});

test("numbers equal NumPy's", () => {
  // x = np.array([[2,0,1],[0,1,3],[1,4,0],[3,2,2],[5,1,1.]]); c = x - x.mean(0); u, s, v = np.linalg.svd(c, full_matrices=False)
  // s**2 / (s**2).sum(); v[:2]; c @ v[:2].T
  const { components, scores, explained } = principalComponents([2, 0, 1, 0, 1, 3, 1, 4, 0, 3, 2, 2, 5, 1, 1], [5, 3]);
  // (NumPy 2.4.6; the second vector with the other sign)
  const all = (found: ArrayLike<number>, expected: readonly number[]) =>
    expected.forEach((value, i) => {
      near(found[i], value, 1e-7);
    });
  all(explained, [0.54620502, 0.36824797]);
  all(components, [0.9441545, -0.30711841, -0.11937572, 0.19417546, 0.81129016, -0.55145641]);
  all(scores, [0.35030884, -1.11631677, -2.08387002, -1.79629036, -1.70294356, 2.4861248, 0.56085081, 0.14898258]);
});

test("the sign is the same for the opposite points: the entry farthest from 0 is positive", () => {
  const { rows } = cloud(50, 6, [3, 2]);
  const one = principalComponents(rows, [50, 6]);
  const other = principalComponents(
    rows.map((value) => -value),
    [50, 6],
  );
  for (const i of [0, 1]) {
    const vector = row(one.components, i, 6);
    assert.ok(vector.includes(Math.max(...vector.map(Math.abs))));
    vector.forEach((value, j) => {
      near(row(other.components, i, 6)[j], value);
    });
  }
});

test("points on a line have one component", () => {
  const { components, explained } = principalComponents([0, 0, 0, 1, 2, 2, 2, 4, 4, -3, -6, -6], [4, 3]);
  near(components[1], 2 / 3);
  near(explained[0], 1);
  near(explained[1], 0);
});

test("numbers that are none, rows that are equal or too few are a Problem", () => {
  assert.throws(() => principalComponents([1, 2, Number.NaN, 4], [2, 2]), Problem);
  assert.throws(() => principalComponents([1, 2, 1, 2], [2, 2]), Problem);
  assert.throws(() => principalComponents([1, 2], [1, 2]), Problem);
  assert.throws(() => principalComponents([1, 2, 3], [2, 2]), Problem);
});

test("eigenvectors are turned by their matrix into multiples of themselves, the largest first", () => {
  const n = 7;
  const rng = stream(0, "symmetric");
  const half = Array.from({ length: n * n }, () => rng.normal());
  const matrix = half.map((value, at) => value + half[(at % n) * n + Math.floor(at / n)]);
  const { values, vectors } = symmetricEigen(matrix, n);
  for (let i = 0; i < n; i++) {
    if (i > 0) assert.ok(values[i] <= values[i - 1]);
    const vector = row(vectors, i, n);
    near(dot(vector, vector), 1);
    for (let j = 0; j < n; j++) near(dot(matrix.slice(j * n, (j + 1) * n), vector), values[i] * vector[j]);
  }
});
