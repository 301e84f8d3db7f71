/** p-values adjusted for testing several hypotheses at once (Holm 1979), in the order given: reject where the adjusted value is below the level. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted: number[] = new Array(pValues.length);
  let largest = 0;
  for (const [rank, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, pValues[i] * (pValues.length - rank)));
    adjusted[i] = largest;
  }
  return adjusted;
}
