import type { Groups } from "./groups.js";

/** Second moments of a quantity inside a group, about its mean there, summed over the members. */
export interface PairMoments {
  /** Of each member with itself. */
  square: number;
  /** Of each member with its partner, drawn with replacement. */
  partner: number;
  /** Of each member with its partner, where no member is drawn twice and the middle one of an odd group has none. */
  distinct: number;
  /** Of that middle member with itself; 0 in an even group. */
  middle: number;
}

/** The moments of group m, with pairs by rank or, given what `reflections` found, by reflection. */
export function pairMoments(
  h: ArrayLike<number>,
  mean: number,
  { order, starts }: Groups,
  m: number,
  reflected?: Int32Array,
): PairMoments {
  const members = order.subarray(starts[m], starts[m + 1]);
  const square = sum(members, (position) => (h[position] - mean) ** 2);
  if (reflected) return { square, ...byReflection(h, mean, members, reflected) };
  const last = members.length - 1;
  const partner = sum(members, (position, r) => (h[position] - mean) * (h[members[last - r]] - mean));
  const middle = last % 2 === 0 ? (h[members[last / 2]] - mean) ** 2 : 0;
  return { square, partner, distinct: partner - middle, middle };
}

/** Members without a reflection but themselves are paired at random, which leaves products of their sums. */
function byReflection(h: ArrayLike<number>, mean: number, members: Int32Array, reflected: Int32Array) {
  const value = (position: number) => h[position] - mean;
  const product = (position: number) => value(position) * value(reflected[position]);
  const lost = members.filter((position) => reflected[position] < 0);
  const single = members.filter((position) => reflected[position] < 0 || reflected[position] === position);
  const inPairs = sum(members, (position) => (reflected[position] < 0 ? 0 : product(position)));
  const ofItself = sum(single, (position) => (reflected[position] < 0 ? 0 : product(position)));
  const squares = sum(single, (position) => value(position) ** 2);
  const isOdd = single.length % 2 === 1;
  const partners = isOdd ? single.length : single.length - 1; // two of an odd number are left apart by the one in the middle, too
  return {
    partner: inPairs + (lost.length > 0 ? sum(lost, value) ** 2 / lost.length : 0),
    distinct: inPairs - ofItself + (single.length > 0 ? (sum(single, value) ** 2 - squares) / partners : 0),
    middle: isOdd ? squares / single.length : 0,
  };
}

const sum = (members: Int32Array, value: (position: number, r: number) => number): number =>
  members.reduce((total, position, r) => total + value(position, r), 0);
