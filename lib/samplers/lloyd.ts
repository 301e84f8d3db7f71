/** Assignment of each row to a centre by Lloyd's algorithm: rows go to the nearest centre, centres to the mean of their rows, in turn. */
export function lloyd(
  rows: Float32Array, // [rows, features]
  seeds: Float64Array, // [centres, features]
  { features, iterations, candidates }: LloydOptions,
): Int32Array {
  const centres = seeds.slice();
  const count = rows.length / features;
  const every = Int32Array.from({ length: centres.length / features }, (_, c) => c);
  const nearest = new Int32Array(count);
  for (let iteration = 0; ; iteration++) {
    for (let i = 0; i < count; i++) {
      let least = Number.POSITIVE_INFINITY;
      for (const c of candidates ? candidates(i) : every) {
        const distance = squaredDistance(rows, i, centres, c, features);
        if (distance < least) [least, nearest[i]] = [distance, c];
      }
    }
    if (iteration === iterations) return nearest;
    moveToMeans(centres, rows, nearest, features);
  }
}

/** Number of iterations, and the centres to which each row may be assigned (all by default). */
export interface LloydOptions {
  features: number;
  iterations: number;
  candidates?: (row: number) => Int32Array;
}

/** Squared distance of row i of `a` and row j of `b`. */
export function squaredDistance(
  a: ArrayLike<number>,
  i: number,
  b: ArrayLike<number>,
  j: number,
  features: number,
): number {
  let sum = 0;
  for (let f = 0; f < features; f++) sum += (a[i * features + f] - b[j * features + f]) ** 2;
  return sum;
}

/** Moves each centre to the mean of its rows; one without rows does not move. */
export function moveToMeans(centres: Float64Array, rows: Float32Array, nearest: Int32Array, features: number): void {
  const sums = new Float64Array(centres.length);
  const members = new Int32Array(centres.length / features);
  for (let i = 0; i < nearest.length; i++) {
    members[nearest[i]]++;
    for (let f = 0; f < features; f++) sums[nearest[i] * features + f] += rows[i * features + f];
  }
  for (let at = 0; at < centres.length; at++) {
    const own = members[Math.floor(at / features)];
    if (own > 0) centres[at] = sums[at] / own;
  }
}
