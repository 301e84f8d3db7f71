import type { Rng } from "../engine/random.js";

/** Fills `into` with members drawn uniformly: each independently, or no member twice. */
export function pick(
  members: Int32Array,
  into: Int32Array,
  rng: Rng,
  { replacement = true }: { replacement?: boolean } = {},
): void {
  if (replacement) {
    rng.integers(members.length, into);
    for (let i = 0; i < into.length; i++) into[i] = members[into[i]];
  } else into.set(pickDistinct(members, into.length, rng));
}

/** The first of the members in random order (Fisher–Yates, stopped early). */
function pickDistinct(members: Int32Array, count: number, rng: Rng): Int32Array {
  const rest = members.slice();
  for (let i = 0; i < count; i++) {
    const j = rng.integer(i, rest.length);
    [rest[i], rest[j]] = [rest[j], rest[i]];
  }
  return rest.subarray(0, count);
}
