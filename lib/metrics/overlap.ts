import { checkSameShape, type Mask } from "./mask.js";

/** Numbers of voxels in the prediction, in the truth and in both. */
export interface Overlap {
  prediction: number;
  truth: number;
  both: number;
}

/** Counts the voxels of two masks. Throws a Problem where their shapes differ. */
export function overlap(prediction: Mask, truth: Mask): Overlap {
  checkSameShape(prediction, truth);
  const counts: Overlap = { prediction: 0, truth: 0, both: 0 };
  for (let i = 0; i < truth.data.length; i++) {
    if (prediction.data[i]) counts.prediction++;
    if (!truth.data[i]) continue;
    counts.truth++;
    if (prediction.data[i]) counts.both++;
  }
  return counts;
}

/** Dice coefficient 2|A∩B| / (|A|+|B|); NaN for two empty masks, on which only a policy can decide. */
export const dice = ({ prediction, truth, both }: Overlap): number => (2 * both) / (prediction + truth);

/** Jaccard index |A∩B| / |A∪B|; NaN for two empty masks. */
export const jaccard = ({ prediction, truth, both }: Overlap): number => both / (prediction + truth - both);

/** How often each true class (row) was predicted as each class (column), row-major; voxels whose truth is `ignore` do not count. */
export function confusion(
  prediction: Uint8Array,
  truth: Uint8Array,
  classes: number,
  { ignore = 255 }: { ignore?: number } = {},
): Float64Array {
  const counts = new Float64Array(classes * classes);
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] === ignore) continue;
    if (truth[i] >= classes || prediction[i] >= classes)
      throw new RangeError(
        `pixel ${i}: found class ${truth[i]} predicted as ${prediction[i]}, expected less than ${classes}`,
      );
    counts[truth[i] * classes + prediction[i]]++;
  }
  return counts;
}

/** Intersection over union of each class of a confusion matrix (null where it is in neither prediction nor truth), and the mean of those defined. */
export function meanIoU(counts: Float64Array): { perClass: (number | null)[]; mean: number } {
  const classes = Math.sqrt(counts.length);
  const places = Array.from({ length: classes }, (_, i) => i);
  const total = (indices: number[]) => indices.reduce((sum, i) => sum + counts[i], 0);
  const perClass = places.map((c) => {
    const both = counts[c * classes + c];
    const union = total(places.map((i) => c * classes + i)) + total(places.map((i) => i * classes + c)) - both;
    return union > 0 ? both / union : null;
  });
  const defined = perClass.filter((value): value is number => value !== null);
  return { perClass, mean: defined.reduce((sum, value) => sum + value, 0) / defined.length };
}
