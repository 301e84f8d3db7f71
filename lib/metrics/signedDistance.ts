import { distance } from "./distance.js";
import type { Mask } from "./mask.js";

/** What a mask without a boundary gets: 1 everywhere if it is empty and −1 if it is full, as far from one as can be, or 0, which is what a boundary has. */
export type Boundless = "far" | "zero";

/**
 * The signed distance of every voxel from a mask's boundary, its inside voxels with a neighbour outside: 0 there, positive outside and negative inside,
 * each side divided by its largest distance (`compute_sdf` of SASSNet and DTC). Beyond the grid is nothing: its rim alone is no boundary.
 */
export function signedDistance(mask: Mask, { boundless = "far" }: { boundless?: Boundless } = {}): Float32Array {
  const { data, shape } = mask;
  const outside = distance(mask); // 0 inside
  const inside = distance({ data: data.map((value) => (value ? 0 : 1)), shape }); // 0 outside, 1 on the boundary
  const [farthest, deepest] = [largest(outside), largest(inside)];
  const signed = new Float32Array(data.length);
  if (farthest === Number.POSITIVE_INFINITY) return signed.fill(boundless === "far" ? 1 : 0);
  if (deepest === Number.POSITIVE_INFINITY) return signed.fill(boundless === "far" ? -1 : 0);
  for (let i = 0; i < signed.length; i++)
    signed[i] = outside[i] > 0 ? outside[i] / farthest : inside[i] > 1 ? -inside[i] / deepest : 0;
  return signed;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}
