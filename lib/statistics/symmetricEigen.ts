/** Eigenvalues of a symmetric matrix, the largest first, and their vectors. */
export interface Eigen {
  values: Float64Array; // [n]
  /** The vector of value i is row i. */
  vectors: Float64Array; // [n, n]
}

/** Eigenvalues and vectors of a small symmetric matrix by Jacobi's rotations (1846), row by row until nothing beside the diagonal counts. */
export function symmetricEigen(matrix: ArrayLike<number>, n: number): Eigen {
  const a = Float64Array.from(matrix);
  const v = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  const scale = a.reduce((sum, value) => sum + value * value, 0);
  while (beside(a, n) > 1e-28 * scale)
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j] - a[i * n + i]);
  return {
    values: Float64Array.from(order, (i) => a[i * n + i]),
    vectors: Float64Array.from(v, (_, at) => v[order[Math.floor(at / n)] * n + (at % n)]),
  };
}

/** Sum of squares beside the diagonal. */
const beside = (a: Float64Array, n: number) =>
  a.reduce((sum, value, i) => (i % (n + 1) === 0 ? sum : sum + value * value), 0);

/** Turns axes p and q until the matrix has a 0 between them. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const between = a[p * n + q];
  if (between === 0) return;
  const half = (a[q * n + q] - a[p * n + p]) / (2 * between);
  const tan = (half >= 0 ? 1 : -1) / (Math.abs(half) + Math.hypot(half, 1));
  const cos = 1 / Math.hypot(tan, 1);
  const sin = tan * cos;
  const turn = (values: Float64Array, i: number, j: number) => {
    const [x, y] = [values[i], values[j]];
    values[i] = cos * x - sin * y;
    values[j] = sin * x + cos * y;
  };
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q);
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k);
  for (let k = 0; k < n; k++) turn(v, p * n + k, q * n + k);
}
