import { Problem } from "../problem.js";
import { neymanAllocation } from "./allocation.js";
import { checkDraw, type DrawPixels, groupsAt } from "./sampler.js";
import { pickFromGroups } from "./stratified.js";

/** SG with the Neyman allocation, which needs the groups' true standard deviations: a lower bound, not a usable sampler. Weights w_m/n_m keep it unbiased. */
export const neyman =
  (sds: ArrayLike<number>): DrawPixels =>
  (population, groups, n, rng, { replacement = true } = {}) => {
    checkDraw(population, groups, n, { replacement });
    const { starts } = groups;
    const counts = neymanAllocation(groups, sds, n);
    const size = (m: number) => starts[m + 1] - starts[m];
    const short = replacement ? -1 : counts.findIndex((count, m) => count > size(m));
    if (short >= 0)
      throw new Problem(
        `Neyman allocation: found ${size(short)} pixels in group ${short} for ${counts[short]} draws; draw with replacement`,
      );
    const index = pickFromGroups(groups, counts, rng, { replacement });
    rng.shuffle(index);
    const group = groupsAt(index, groups);
    const weight = Float32Array.from(group, (m) => size(m) / population.pixels.length / counts[m]);
    return { index, weight, group };
  };
