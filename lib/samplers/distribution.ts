/** A distribution on whole numbers: share[i] is the probability of from + i. */
export interface Distribution {
  from: number;
  share: Float64Array;
}

/** The distribution of the sum of two independent numbers. */
export function convolve(a: Distribution, b: Distribution): Distribution {
  const share = new Float64Array(a.share.length + b.share.length - 1);
  for (let i = 0; i < a.share.length; i++)
    for (let j = 0; j < b.share.length; j++) share[i + j] += a.share[i] * b.share[j];
  return trimmed({ from: a.from + b.from, share });
}

/** The distribution of the sum of `count` independent numbers of one distribution, by repeated squaring. */
export function power(of: Distribution, count: number): Distribution {
  if (count === 0) return { from: 0, share: Float64Array.of(1) };
  const half = power(of, count >> 1);
  const even = convolve(half, half);
  return count % 2 === 0 ? even : convolve(even, of);
}

/** The mean of a function of the number. */
export const expectation = ({ from, share }: Distribution, value: (number: number) => number): number =>
  share.reduce((sum, probability, i) => sum + probability * value(from + i), 0);

/** Without tails that are negligible in double precision. */
function trimmed({ from, share }: Distribution): Distribution {
  let [first, end] = [0, share.length];
  while (share[first] < negligible) first++;
  while (share[end - 1] < negligible) end--;
  return { from: from + first, share: share.slice(first, end) };
}

const negligible = 1e-22;
