/** Rank of each value, 1 for the smallest; equal ones share the mean of their ranks. */
export function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

/** Spearman's rank correlation, −1 to 1: Pearson's of the ranks. NaN where all values of a list are equal. */
export function rankCorrelation(first: readonly number[], second: readonly number[]): number {
  const [a, b] = [ranksOf(first), ranksOf(second)];
  const middle = (a.length + 1) / 2;
  const sum = (of: (at: number) => number) => a.reduce((total, _, at) => total + of(at), 0);
  const both = sum((at) => (a[at] - middle) * (b[at] - middle));
  return both / Math.sqrt(sum((at) => (a[at] - middle) ** 2) * sum((at) => (b[at] - middle) ** 2));
}
