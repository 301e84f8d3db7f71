import { Problem } from "../problem.js";
import { roundingVariance, share } from "./allocation.js";
import type { Groups } from "./groups.js";
import { type PairMoments, pairMoments } from "./pairMoments.js";

/** A number for each position of a population, or several columns of them (the components of a gradient), whose variances are summed. */
export type Quantity = ArrayLike<number> | readonly ArrayLike<number>[];

/** How the draws are made. */
export interface VarianceOptions {
  replacement?: boolean;
  /** The result of `reflections`, for geometric pairs; without it pairs are by rank. */
  reflected?: Int32Array;
}

/** Variances of the estimated mean of a quantity, and their components. */
export interface Variances {
  ns: number;
  sg: number;
  sag: number;
  /** Lower bound over all allocations of n draws to these groups, with replacement: (Σ w_m σ_m)²/n. */
  neyman: number;
  /** The part of sg and of sag that systematic rounding adds: Var(Σ n_m μ_m)/n². */
  rounding: number;
  /** Share of the variance that lies between the groups, Σ w_m (μ_m − μ)²/σ², which SG takes away. NaN for a constant quantity. */
  between: number;
  /** Standard deviation in each group, as `neymanAllocation` needs it. */
  sd: Float64Array;
  /** Correlation of partners in each group: SAG has a lower variance than SG where it is negative. NaN in a group where the quantity is constant. */
  rho: Float64Array;
}

/**
 * The exact variances of the mean of n draws under NS, SG and SAG: Lemma 3.1 and Theorem 3.2, with the weights w_m = N_m/N that the paper leaves out, and with random rounding, odd draws and finite groups.
 * Where all n·w_m are whole, sg = ns − Σ w_m (μ_m − μ)²/n. Throws a Problem where such draws are impossible.
 */
export function variances(
  quantity: Quantity,
  groups: Groups,
  n: number,
  { replacement = true, reflected }: VarianceOptions = {},
): Variances {
  const size = groups.label.length;
  checkCount(n, size, { replacement });
  const sizes = Float64Array.from({ length: groups.count }, (_, m) => groups.starts[m + 1] - groups.starts[m]);
  const moments = Array.from(sizes, (): PairMoments => ({ square: 0, partner: 0, distinct: 0, middle: 0 }));
  let [between, rounding] = [0, 0]; // Σ w_m (μ_m − μ)², Var(Σ n_m μ_m)
  for (const h of columnsOf(quantity, size)) {
    const means = groupMeans(h, groups);
    const mean = means[0] + total(means, (own, m) => (sizes[m] / size) * (own - means[0]));
    between += total(means, (own, m) => (sizes[m] / size) * (own - mean) ** 2);
    rounding += roundingVariance(groups, n, means);
    for (const [m, sum] of moments.entries()) add(sum, pairMoments(h, means[m], groups, m, reflected));
  }
  const sd = Float64Array.from(moments, ({ square }, m) => Math.sqrt(square / sizes[m]));
  const variance = between + total(sd, (own, m) => (sizes[m] / size) * own ** 2); // σ²
  const { single, paired } = replacement ? repeated : distinct;
  const inGroups = (ofTotal: OfTotal) =>
    total(sizes, (own, m) => {
      const { least, more } = share(groups, n, m);
      const atMost = more > 0 ? ofTotal(moments[m], least + 1, own) : 0;
      return (1 - more) * ofTotal(moments[m], least, own) + more * atMost;
    });
  return {
    ns: single({ square: size * variance }, n, size) / n ** 2,
    sg: (inGroups(single) + rounding) / n ** 2,
    sag: (inGroups(paired) + rounding) / n ** 2,
    neyman: total(sd, (own, m) => (sizes[m] / size) * own) ** 2 / n,
    rounding: rounding / n ** 2,
    between: between / variance,
    sd,
    rho: Float64Array.from(moments, ({ square, partner }) => partner / square),
  };
}

/** Variance of the sum of some draws from a group of a given size. */
type OfTotal = (moments: PairMoments, draws: number, size: number) => number;

const repeated = {
  single: ({ square }: Pick<PairMoments, "square">, draws: number, size: number) => (draws * square) / size,
  // σ²(1 + ρ) for each of a pair, σ² for an odd one
  paired: ({ square, partner }: PairMoments, draws: number, size: number) =>
    (draws * square + 2 * Math.floor(draws / 2) * partner) / size,
};

const distinct = {
  single: ({ square }: Pick<PairMoments, "square">, draws: number, size: number) =>
    size === 1 ? 0 : (draws * square * (size - draws)) / (size * (size - 1)),
  paired: pairedDistinct,
};

/** From the probabilities with which two members of a group are drawn together: partners, others, and the middle one with any. */
function pairedDistinct({ square, distinct: products, middle }: PairMoments, draws: number, size: number): number {
  const paired = size - (size % 2);
  const withMiddle = size % 2 === 1 ? draws / size : 0;
  let [partners, others] = [0, 0];
  for (const [left, probability] of [
    [draws - 1, withMiddle],
    [draws, 1 - withMiddle],
  ]) {
    if (probability === 0 || paired === 0) continue;
    const together = (2 * Math.floor(left / 2)) / paired;
    partners += probability * together;
    if (paired > 2) others += (probability * ((left * (left - 1)) / paired - together)) / (paired - 2);
  }
  const middleAndOther = size > 1 ? (withMiddle * (draws - 1)) / (size - 1) : 0;
  // values are about the mean, so that those beside the middle one sum to minus its own
  const otherProducts = middle - (square - middle) - products;
  return (draws / size) * square + partners * products + others * otherProducts - 2 * middleAndOther * middle;
}

function checkCount(n: number, size: number, { replacement }: { replacement: boolean }): void {
  if (!Number.isInteger(n) || n < 1 || (!replacement && n > size))
    throw new Problem(
      `variance: found n = ${n} for ${size} pixels, expected a whole number of at least 1${replacement ? "" : " and at most that many"}`,
    );
}

function columnsOf(quantity: Quantity, size: number): readonly ArrayLike<number>[] {
  const columns = isColumns(quantity) ? quantity : [quantity];
  for (const { length } of columns)
    if (length !== size) throw new Problem(`variance: found ${length} values, expected one for each of ${size} pixels`);
  return columns;
}

const isColumns = (quantity: Quantity): quantity is readonly ArrayLike<number>[] => typeof quantity[0] === "object";

/** About the first member of each, so that constants stay exact. */
const groupMeans = (h: ArrayLike<number>, { count, order, starts }: Groups): Float64Array =>
  Float64Array.from({ length: count }, (_, m) => {
    const members = order.subarray(starts[m], starts[m + 1]);
    const first = h[members[0]];
    return first + members.reduce((sum, position) => sum + h[position] - first, 0) / members.length;
  });

const total = (values: Float64Array, term: (value: number, m: number) => number): number =>
  values.reduce((sum, value, m) => sum + term(value, m), 0);

function add(sum: PairMoments, { square, partner, distinct, middle }: PairMoments): void {
  sum.square += square;
  sum.partner += partner;
  sum.distinct += distinct;
  sum.middle += middle;
}
