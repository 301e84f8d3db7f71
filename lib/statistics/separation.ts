import { Problem } from "../problem.js";

/** How far some labelled points lie apart by their labels. */
export interface Separation {
  /** Share of the total variance that lies between the means of the labels. */
  between: number;
  /** Mean silhouette (Rousseeuw 1987) of all points: 1 = tight and far apart, 0 = on the edge between two labels, below 0 = nearer to another label. */
  silhouette: number;
}

/**
 * Separation of rows [n, d] by their labels, with Euclidean distances; a label that only one point has gives the silhouette 0.
 * Throws a Problem for fewer than two labels.
 */
export function separation(
  rows: ArrayLike<number>,
  [n, d]: readonly [number, number],
  label: ArrayLike<number>,
): Separation {
  const labels = [...new Set(Array.from(label))];
  if (rows.length !== n * d || label.length !== n || labels.length < 2)
    throw new Problem(
      `separation: found ${rows.length} numbers and ${label.length} labels of ${labels.length} kinds, expected ${n} × ${d} and ${n} of at least two kinds`,
    );
  return { between: between(rows, [n, d], label, labels), silhouette: silhouette(rows, [n, d], label, labels) };
}

function between(
  rows: ArrayLike<number>,
  [n, d]: readonly [number, number],
  label: ArrayLike<number>,
  labels: readonly number[],
): number {
  const places = new Map(labels.map((own, at) => [own, at]));
  const counts = new Float64Array(labels.length);
  const sums = new Float64Array(labels.length * d);
  for (let i = 0; i < n; i++) {
    const at = places.get(label[i]) ?? 0;
    counts[at]++;
    for (let x = 0; x < d; x++) sums[at * d + x] += rows[i * d + x];
  }
  const mean = Float64Array.from({ length: d }, (_, x) => labels.reduce((sum, _, at) => sum + sums[at * d + x] / n, 0));
  let [all, own] = [0, 0];
  for (let i = 0; i < n; i++) {
    const at = places.get(label[i]) ?? 0;
    for (let x = 0; x < d; x++) {
      all += (rows[i * d + x] - mean[x]) ** 2;
      own += (rows[i * d + x] - sums[at * d + x] / counts[at]) ** 2;
    }
  }
  return 1 - own / all;
}

function silhouette(
  rows: ArrayLike<number>,
  [n, d]: readonly [number, number],
  label: ArrayLike<number>,
  labels: readonly number[],
): number {
  const counts = labels.map((own) => Array.from(label).filter((one) => one === own).length);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const sums = new Map(labels.map((own) => [own, 0]));
    for (let j = 0; j < n; j++) {
      let square = 0;
      for (let x = 0; x < d; x++) square += (rows[i * d + x] - rows[j * d + x]) ** 2;
      sums.set(label[j], (sums.get(label[j]) ?? 0) + Math.sqrt(square));
    }
    const distances = labels.map((own, at) => (sums.get(own) ?? 0) / (counts[at] - (own === label[i] ? 1 : 0)));
    const home = labels.indexOf(label[i]);
    if (counts[home] === 1) continue;
    const other = Math.min(...distances.filter((_, at) => at !== home));
    total += (other - distances[home]) / Math.max(other, distances[home]);
  }
  return total / n;
}
