import { checkSameGrid, type Mask } from "./mask.js";

/** Sizes of two masks and of what they share, in voxels. */
export interface Overlap {
  prediction: number;
  truth: number;
  both: number;
}

/** Counts voxels. Throws a Problem when the grids differ. */
export function overlap(prediction: Mask, truth: Mask): Overlap {
  checkSameGrid(prediction, truth);
  const found = { prediction: 0, truth: 0, both: 0 };
  for (let i = 0; i < truth.data.length; i++) {
    const [p, t] = [prediction.data[i] !== 0, truth.data[i] !== 0];
    if (p) found.prediction++;
    if (t) found.truth++;
    if (p && t) found.both++;
  }
  return found;
}

/** 2|A∩B| / (|A| + |B|); 0/0 is NaN: see score.ts for what empty masks mean. */
export const dice = ({ prediction, truth, both }: Overlap): number => (2 * both) / (prediction + truth);

/** |A∩B| / |A∪B|. */
export const jaccard = ({ prediction, truth, both }: Overlap): number => both / (prediction + truth - both);
