import type { Rng } from "../engine/random.js";
import { proportionalAllocation } from "./allocation.js";
import { pick } from "./pick.js";
import { reflections } from "./reflections.js";
import { checkDraw, equalInclusion, plainMean, type Sampler } from "./sampler.js";

/** SAG: as SG, but half of a group's draws are random and the other half are their antithetic partners; of an odd number one has none. */
export const antithetic: Sampler = {
  name: "sag",
  title: "stratified antithetic group sampling",
  cite: "You et al. 2023, section 3.1, with shares in proportion to the groups",
  draw(population, groups, n, rng, { replacement = true, pairing = "rank" } = {}) {
    checkDraw(population, groups, n, { replacement });
    const { count, order, starts } = groups;
    const reflected = pairing === "geometric" ? reflections(population, groups) : undefined;
    const counts = proportionalAllocation(groups, n, rng);
    const index = new Int32Array(n);
    for (let m = 0, from = 0; m < count; from += counts[m++]) {
      const members = order.subarray(starts[m], starts[m + 1]);
      const into = index.subarray(from, from + counts[m]);
      if (!replacement) pickPairs(reflected ? symmetric(members, reflected, rng) : members, into, rng);
      else if (reflected) pickReflections(members, reflected, into, rng);
      else pickRanks(members, into, rng);
    }
    rng.shuffle(index);
    return plainMean(index, groups);
  },
  inclusion: equalInclusion,
};

/** Rank-antithetic pairs: the partner of the r-th member is the r-th last. A bijection, so every member stays equally likely; on a full cell it is the point reflection. */
function pickRanks(members: Int32Array, into: Int32Array, rng: Rng): void {
  const drawn = (into.length + 1) >> 1;
  const last = members.length - 1;
  rng.integers(members.length, into.subarray(0, drawn));
  for (let i = into.length - 1; i >= drawn; i--) into[i] = members[last - into[i - drawn]];
  for (let i = 0; i < drawn; i++) into[i] = members[into[i]];
}

/** Point reflections; the partner of a member without a reflection in the group is a random one of those members. (A random one of the whole group would be drawn too often.) */
function pickReflections(members: Int32Array, reflected: Int32Array, into: Int32Array, rng: Rng): void {
  const drawn = (into.length + 1) >> 1;
  const single = members.filter((position) => reflected[position] < 0);
  pick(members, into.subarray(0, drawn), rng);
  for (let i = drawn; i < into.length; i++) {
    const partner = reflected[into[i - drawn]];
    into[i] = partner < 0 ? single[rng.integer(0, single.length)] : partner;
  }
}

/** Members in an order whose r-th and r-th last are reflections of each other; those without one are in the middle, in random order. */
function symmetric(members: Int32Array, reflected: Int32Array, rng: Rng): Int32Array {
  const first = members.filter((position) => reflected[position] > position);
  const single = members.filter((position) => reflected[position] < 0 || reflected[position] === position);
  const order = members.slice();
  order.set(first);
  pick(single, order.subarray(first.length, first.length + single.length), rng, { replacement: false });
  order.set(first.map((position) => reflected[position]).reverse(), first.length + single.length);
  return order;
}

/**
 * Pairs of r-th and r-th last members without replacement. The middle member of an odd group is drawn with its inclusion probability, and an odd remainder is filled by one half of
 * a further pair, so that every member is equally likely.
 */
function pickPairs(members: Int32Array, into: Int32Array, rng: Rng): void {
  const last = members.length - 1;
  const half = members.length >> 1;
  const ranks = Int32Array.from({ length: half }, (_, r) => r);
  let at = 0;
  if (last % 2 === 0 && rng.integer(0, members.length) < into.length) into[at++] = members[half];
  const pairs = (into.length - at + 1) >> 1;
  const chosen = new Int32Array(pairs);
  pick(ranks, chosen, rng, { replacement: false });
  for (const rank of chosen) {
    const ends = [members[rank], members[last - rank]];
    const isWhole = at + 1 < into.length;
    if (isWhole) into.set(ends, at);
    else into[at] = ends[rng.integer(0, 2)];
    at += 2;
  }
}
