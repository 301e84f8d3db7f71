import type { Rng } from "../engine/random.js";
import { proportionalAllocation } from "./allocation.js";
import type { Groups } from "./groups.js";
import { pick } from "./pick.js";
import { checkDraw, equalInclusion, plainMean, type Sampler } from "./sampler.js";

/** SG: each group contributes draws in proportion to its size, uniform within it. */
export const stratified: Sampler = {
  name: "sg",
  title: "stratified group sampling",
  cite: "You et al. 2023, section 3.1, with shares in proportion to the groups",
  draw(population, groups, n, rng, { replacement = true } = {}) {
    checkDraw(population, groups, n, { replacement });
    const index = pickFromGroups(groups, proportionalAllocation(groups, n, rng), rng, { replacement });
    rng.shuffle(index);
    return plainMean(index, groups);
  },
  inclusion: equalInclusion,
};

/** Draws `counts[m]` positions uniformly from each group m, group by group. */
export function pickFromGroups(
  { count, order, starts }: Groups,
  counts: Int32Array,
  rng: Rng,
  { replacement = true }: { replacement?: boolean } = {},
): Int32Array {
  const index = new Int32Array(counts.reduce((sum, share) => sum + share, 0));
  for (let m = 0, from = 0; m < count; from += counts[m++])
    pick(order.subarray(starts[m], starts[m + 1]), index.subarray(from, from + counts[m]), rng, { replacement });
  return index;
}
