import { pick } from "./pick.js";
import { checkDraw, equalInclusion, plainMean, type Sampler } from "./sampler.js";

/** NS: n pixels drawn uniformly from the whole population; groups are ignored. */
export const naive: Sampler = {
  name: "ns",
  title: "naive sampling",
  cite: "You et al. 2023, section 3.1",
  draw(population, groups, n, rng, { replacement = true } = {}) {
    checkDraw(population, groups, n, { replacement });
    const index = new Int32Array(n);
    if (replacement) rng.integers(population.pixels.length, index);
    else pick(groups.order, index, rng, { replacement });
    return plainMean(index, groups);
  },
  inclusion: equalInclusion,
};
