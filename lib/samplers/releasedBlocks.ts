import type { Rng } from "../engine/random.js";

/** Variants of the released code. */
export interface BlockOptions {
  antithetic?: boolean;
  /** Positions of a block: 16 where it replaces the grid, 8 in the helper for natural images. */
  block?: number;
}

/**
 * Positions 0..size−1 as the released `monte_carlo_sample` and `as_monte_carlo_sample` draw them: the same number from each block of consecutive positions,
 * the remainder up to n from all, in random order. Positions after the last whole block are drawn in that remainder only.
 */
export function drawBlocks(
  size: number,
  n: number,
  rng: Rng,
  { antithetic = false, block = 16 }: BlockOptions = {},
): Int32Array {
  const index = new Int32Array(n);
  if (isUniform(size, n, block)) {
    rng.integers(size, index);
    return index;
  }
  const { blocks, drawn } = quota(size, n, { antithetic, block });
  let at = 0;
  for (let b = 0; b < blocks; b++) {
    const [first, last] = [b * block, (b + 1) * block - 1];
    const own = index.subarray(at, at + drawn);
    for (let i = 0; i < drawn; i++) own[i] = rng.integer(first, last + 1);
    at += drawn;
    if (antithetic) for (let i = 0; i < drawn; i++) index[at++] = first + last - own[i];
  }
  while (at < n) index[at++] = rng.integer(0, size);
  return rng.permutation(n).map((i) => index[i]);
}

/** Expected number of times that `drawBlocks` draws each position. */
export function blocksInclusion(
  size: number,
  n: number,
  { antithetic = false, block = 16 }: BlockOptions = {},
): Float64Array {
  const inclusion = new Float64Array(size);
  if (isUniform(size, n, block)) return inclusion.fill(n / size);
  const { blocks, drawn } = quota(size, n, { antithetic, block });
  const each = antithetic ? 2 * drawn : drawn;
  return inclusion.fill(each / block, 0, blocks * block).map((expected) => expected + (n - blocks * each) / size);
}

const isUniform = (size: number, n: number, block: number) => size < block || Math.floor(size / block) > n;

function quota(size: number, n: number, { antithetic, block }: Required<BlockOptions>) {
  const blocks = Math.floor(size / block);
  const each = Math.floor(n / blocks);
  return { blocks, drawn: antithetic ? each >> 1 : each };
}
