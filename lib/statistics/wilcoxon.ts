import cdf from "@stdlib/stats-base-dists-t-cdf";

const exactUpTo = 25;
const normal = 1e10; // Student's t with so many degrees of freedom is the normal distribution to ten digits

/**
 * Two-sided p of Wilcoxon's signed-rank test that differences are spread evenly about zero; zeros are left out, ties share their mean rank.
 * Exact for up to 25 differences, ties included; beyond, the normal approximation corrected for ties. Undefined where all are zero.
 */
export function wilcoxon(differences: readonly number[]): number | undefined {
  const values = differences.filter((value) => value !== 0);
  if (values.length === 0) return undefined;
  const ranks = doubledRanks(values.map(Math.abs));
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const positive = ranks.reduce((sum, rank, i) => sum + (values[i] > 0 ? rank : 0), 0);
  const smaller = Math.min(positive, total - positive);
  return Math.min(1, 2 * (values.length <= exactUpTo ? exactTail(ranks, smaller) : normalTail(ranks, smaller)));
}

/** Ranks from the smallest, 2 apart, so that the mean rank of ties is a whole number. */
function doubledRanks(sizes: readonly number[]): number[] {
  const sorted = [...sizes].sort((a, b) => a - b);
  return sizes.map((size) => sorted.indexOf(size) + 1 + sorted.lastIndexOf(size) + 1);
}

/** Share of the 2ⁿ ways to choose signs whose positive ranks sum to at most `sum`, counted by adding one rank after the other. */
function exactTail(ranks: readonly number[], sum: number): number {
  let shares = Float64Array.of(1); // of ways that give each sum
  for (const rank of ranks) {
    const next = new Float64Array(shares.length + rank);
    for (const [at, share] of shares.entries()) {
      next[at] += share / 2;
      next[at + rank] += share / 2;
    }
    shares = next;
  }
  return shares.subarray(0, sum + 1).reduce((tail, share) => tail + share, 0);
}

/** The same from a normal distribution with the mean and variance of the sum. */
function normalTail(ranks: readonly number[], sum: number): number {
  const mean = ranks.reduce((total, rank) => total + rank, 0) / 2;
  const variance = ranks.reduce((total, rank) => total + rank * rank, 0) / 4;
  return cdf((sum - mean) / Math.sqrt(variance), normal);
}
