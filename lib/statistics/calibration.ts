/** Predictions of about the same confidence: their share of all, their mean confidence, and the share of them that is right. */
export interface ConfidenceBin {
  from: number;
  to: number;
  share: number;
  confidence: number;
  accuracy: number;
}

/** How far confidences can be believed. */
export interface Calibration {
  /** Bins of equal width from 0 to 1 that hold anything. */
  bins: ConfidenceBin[];
  /** Expected calibration error: mean over predictions of |accuracy − confidence| of their bin (Guo et al., ICML 2017, equation 3). */
  error: number;
}

/** Compares the confidences of predictions, 0 to 1, with how many are right (1) and wrong (0). */
export function calibration(confidence: ArrayLike<number>, right: ArrayLike<number>, count = 15): Calibration {
  const sums = Array.from({ length: count }, () => ({ n: 0, confidence: 0, right: 0 }));
  for (let i = 0; i < confidence.length; i++) {
    const bin = sums[Math.min(count - 1, Math.floor(confidence[i] * count))];
    bin.n++;
    bin.confidence += confidence[i];
    bin.right += right[i];
  }
  const bins = sums.flatMap(({ n, ...sum }, at): ConfidenceBin[] =>
    n === 0
      ? []
      : [
          {
            from: at / count,
            to: (at + 1) / count,
            share: n / confidence.length,
            confidence: sum.confidence / n,
            accuracy: sum.right / n,
          },
        ],
  );
  const error = bins.reduce((sum, { share, accuracy, confidence }) => sum + share * Math.abs(accuracy - confidence), 0);
  return { bins, error };
}
