import { stream } from "../engine/random.js";
import { Problem } from "../problem.js";
import { symmetricEigen } from "./symmetricEigen.js";

/** The plane in which some points spread widest. */
export interface PrincipalComponents {
  /** Unit vectors; of each, the entry farthest from 0 is positive. The second is 0 where all points lie on a line. */
  components: Float64Array; // [2, d]
  /** Places of the points along the two, from their mean. */
  scores: Float64Array; // [n, 2]
  /** Shares of the total variance. */
  explained: [number, number];
}

/**
 * The first two principal components (Hotelling 1933) of n ≥ 2 rows of d ≥ 2 numbers.
 * Throws a Problem for other sizes, a number that is not finite, or rows that are all equal.
 */
export function principalComponents(rows: ArrayLike<number>, [n, d]: readonly [number, number]): PrincipalComponents {
  if (n < 2 || d < 2 || rows.length !== n * d)
    throw new Problem(
      `principal components: found ${rows.length} numbers for ${n} × ${d}, expected n · d, both at least 2`,
    );
  const wrong = Array.from(rows).findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new Problem(
      `principal components: row ${Math.floor(wrong / d)} holds ${rows[wrong]}, expected finite numbers`,
    );
  const centred = centre(rows, n, d);
  const covariance = scatter(centred, n, d); // times n
  const total = Array.from({ length: d }, (_, i) => covariance[i * (d + 1)]).reduce((sum, value) => sum + value, 0);
  if (total === 0) throw new Problem(`principal components: found ${n} equal rows, expected rows that differ`);
  const { values, vectors } = widest(covariance, d);
  const components = Float64Array.from([0, 1].flatMap((i) => pointed(vectors.subarray(i * d, (i + 1) * d))));
  const scores = products(centred, components, d);
  return { components, scores, explained: [values[0] / total, values[1] / total] };
}

function centre(rows: ArrayLike<number>, n: number, d: number): Float64Array {
  const mean = new Float64Array(d);
  for (let i = 0; i < n * d; i++) mean[i % d] += rows[i] / n;
  return Float64Array.from(rows, (value, i) => value - mean[i % d]);
}

/** Products of all pairs of columns. */
function scatter(rows: Float64Array, n: number, d: number): Float64Array {
  const found = new Float64Array(d * d);
  for (let row = 0; row < n; row++)
    for (let i = 0; i < d; i++) {
      const value = rows[row * d + i];
      for (let j = 0; j <= i; j++) found[i * d + j] += value * rows[row * d + j];
    }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) found[j * d + i] = found[i * d + j];
  return found;
}

const atOnce = 16; // vectors: convergence goes by the ratio of the eigenvalues 17 and 2

/**
 * The first eigenvalues and vectors by subspace iteration (Rutishauser 1969) with Jacobi's method inside the subspace, until the
 * matrix moves the first two vectors by less than 10⁻⁷ of the largest eigenvalue.
 */
function widest(matrix: Float64Array, d: number): { values: Float64Array; vectors: Float64Array } {
  const k = Math.min(atOnce, d);
  const rng = stream(0, "principal components");
  let basis = orthonormal(
    Float64Array.from({ length: k * d }, () => rng.normal()),
    d,
  );
  for (let round = 0; round < 5000; round++) {
    const image = products(basis, matrix, d); // [k, d], for the matrix is symmetric
    const { values, vectors } = symmetricEigen(products(basis, image, d), k);
    const turned = combinations(vectors, basis, d);
    const moved = combinations(vectors, image, d);
    const off = moved.subarray(0, 2 * d).map((value, at) => value - values[Math.floor(at / d)] * turned[at]);
    if (Math.sqrt(off.reduce((sum, value) => sum + value * value, 0)) <= 1e-7 * values[0])
      return { values, vectors: turned };
    basis = orthonormal(moved, d);
  }
  throw new Problem(
    "principal components: no two directions stand out after 5000 rounds, expected eigenvalues that differ",
  );
}

/** Products of all rows of one matrix with all rows of another. */
function products(a: Float64Array, b: Float64Array, d: number): Float64Array {
  const columns = b.length / d;
  return Float64Array.from({ length: (a.length / d) * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns) * d, (at % columns) * d];
    let sum = 0;
    for (let i = 0; i < d; i++) sum += a[row + i] * b[column + i];
    return sum;
  });
}

/** Sums of the rows of a matrix, weighted by each row of weights. */
function combinations(weights: Float64Array, rows: Float64Array, d: number): Float64Array {
  const k = rows.length / d;
  const found = new Float64Array(k * d);
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) for (let x = 0; x < d; x++) found[i * d + x] += weights[i * k + j] * rows[j * d + x];
  return found;
}

/** Rows of length 1 at right angles (Gram and Schmidt, twice against rounding); 0 for a row that the earlier ones make up. */
function orthonormal(rows: Float64Array, d: number): Float64Array {
  const found = Float64Array.from(rows);
  for (let i = 0; i < found.length; i += d) {
    const row = found.subarray(i, i + d);
    const before = length(row);
    for (let j = 0; j < 2 * i; j += d) {
      const other = found.subarray(j % i, (j % i) + d);
      const along = row.reduce((sum, value, x) => sum + value * other[x], 0);
      row.forEach((value, x) => {
        row[x] = value - along * other[x];
      });
    }
    const left = length(row);
    row.forEach((value, x) => {
      row[x] = left > 1e-12 * before ? value / left : 0;
    });
  }
  return found;
}

const length = (row: Float64Array) => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));

/** The vector or its opposite, so that the entry farthest from 0 is positive. */
function pointed(vector: Float64Array): number[] {
  const farthest = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  return Array.from(vector, (value) => (farthest < 0 ? -value : value));
}
