import type { Rng } from "../engine/random.js";
import { Problem } from "../problem.js";
import type { Groups } from "./groups.js";

/**
 * Draws per group in proportion to its size, by systematic rounding (Madow 1949): with S_m = n·(N_1 + … + N_m)/N and one u in [0, 1), group m gets the k + u in [S_{m−1}, S_m).
 * So they sum to n, each is n·N_m/N rounded up or down, and its expectation is exactly that.
 */
export function proportionalAllocation({ count, starts }: Groups, n: number, rng: Rng): Int32Array {
  const size = starts[count];
  const u = rng.integer(0, size); // in units of 1/N: all S_m are whole multiples of it, so no finer u decides anything
  const counts = new Int32Array(count);
  for (let m = 0, before = 0; m < count; m++) {
    const upTo = Math.floor((n * starts[m + 1]) / size) + (u < (n * starts[m + 1]) % size ? 1 : 0);
    counts[m] = upTo - before;
    before = upTo;
  }
  return counts;
}

/** The number of draws that systematic rounding gives group m: `least`, or one more with probability `more`. */
export function share({ count, starts }: Groups, n: number, m: number): { least: number; more: number } {
  const size = starts[count];
  const draws = n * (starts[m + 1] - starts[m]);
  return { least: Math.floor(draws / size), more: (draws % size) / size };
}

/** Exact Var(Σ n_m μ_m) over the u of systematic rounding, in O(M log M); 0 where all n·N_m/N are whole. */
export function roundingVariance({ count, starts }: Groups, n: number, means: ArrayLike<number>): number {
  const size = starts[count];
  // Σ n_m μ_m = constant + Σ (μ_m − μ_{m+1}) over the m whose S_m is rounded up, which is while u is below its fractional part
  const fraction = Float64Array.from({ length: count - 1 }, (_, m) => ((n * starts[m + 1]) % size) / size);
  const ascending = Int32Array.from(fraction.keys()).sort((a, b) => fraction[a] - fraction[b]);
  let value = ascending.reduce((sum, m) => sum + means[m] - means[m + 1], 0);
  let [u, mean, square] = [0, 0, 0];
  for (const m of ascending) {
    mean += (fraction[m] - u) * value;
    square += (fraction[m] - u) * value ** 2;
    value -= means[m] - means[m + 1];
    u = fraction[m];
  }
  return Math.max(0, square - mean ** 2);
}

/**
 * The n_m ≥ 1 that sum to n and make Σ w_m²σ_m²/n_m smallest, given the groups' standard deviations, which only an oracle knows (Neyman 1934).
 * Exact for whole numbers: each further draw goes to the group where it reduces the variance most (Wright 2012). Throws a Problem where there are fewer draws than groups.
 */
export function neymanAllocation({ count, starts }: Groups, sds: ArrayLike<number>, n: number): Int32Array {
  if (sds.length !== count)
    throw new Problem(
      `Neyman allocation: found ${sds.length} standard deviations, expected one for each of ${count} groups`,
    );
  if (!Number.isInteger(n) || n < count)
    throw new Problem(
      `Neyman allocation: found n = ${n} for ${count} groups, expected a whole number, one a group at least`,
    );
  const counts = new Int32Array(count).fill(1);
  const most = Array.from(sds).reduce((a, b) => Math.max(a, b), 0) || 1; // squares of tiny deviations would be 0
  const gain = (m: number) => ((starts[m + 1] - starts[m]) * (sds[m] / most)) ** 2 / (counts[m] * (counts[m] + 1));
  const gains = Float64Array.from(counts, (_, m) => gain(m));
  for (let left = n - count; left > 0; left--) {
    let best = 0;
    for (let m = 1; m < count; m++) if (gains[m] > gains[best]) best = m;
    counts[best]++;
    gains[best] = gain(best);
  }
  return counts;
}
