import type { Rng } from "../engine/random.js";
import { Problem } from "../problem.js";
import { type Groups, groupsOf } from "./groups.js";
import { lloyd, squaredDistance } from "./lloyd.js";

/** Rows of features, one for each position of a population. */
export interface Features {
  rows: Float32Array; // [pixels, features]
  features: number;
}

/** Number of clusters and of iterations. */
export interface ClusterOptions {
  clusters?: number;
  iterations?: number;
}

/** Groups of pixels with similar features: k-means from k-means++ seeds (Arthur & Vassilvitskii 2007). Deterministic given the stream. */
export function clusterGroups(
  { rows, features }: Features,
  rng: Rng,
  { clusters = 16, iterations = 10 }: ClusterOptions = {},
): Groups {
  if (!Number.isInteger(clusters) || clusters < 1)
    throw new Problem(`clusters: found ${clusters}, expected a whole number of at least 1`);
  if (!Number.isInteger(rows.length / features))
    throw new Problem(`clusters: found ${rows.length} values, expected rows of ${features} features`);
  return groupsOf(lloyd(rows, seeds({ rows, features }, clusters, rng), { features, iterations }));
}

/** Rows drawn with a probability in proportion to their squared distance from those drawn before; fewer where there are fewer different rows. */
function seeds({ rows, features }: Features, clusters: number, rng: Rng): Float64Array {
  const count = rows.length / features;
  const away = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const chosen = [rng.integer(0, count)];
  while (chosen.length < clusters) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      away[i] = Math.min(away[i], squaredDistance(rows, i, rows, chosen[chosen.length - 1], features));
      sum += away[i];
    }
    if (sum === 0) break;
    let left = rng.uniform(0, sum);
    let next = 0;
    while (left > away[next] && next < count - 1) left -= away[next++];
    chosen.push(next);
  }
  return Float64Array.from(chosen.flatMap((i) => [...rows.subarray(i * features, (i + 1) * features)]));
}
