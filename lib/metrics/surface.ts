import { distance } from "./distance.js";
import { border, cropToBoth, type Mask } from "./mask.js";

/** Distances between two surfaces: of each voxel of one to the nearest of the other. */
export interface SurfaceDistances {
  /** From every voxel of the prediction's surface to the truth's. */
  toTruth: Float64Array;
  /** From every voxel of the truth's surface to the prediction's. */
  toPrediction: Float64Array;
}

/** The directed distances between the surfaces of two masks that are not empty, in units of `spacing` (1 by default: voxels). */
export function surfaceDistances(
  prediction: Mask,
  truth: Mask,
  { spacing }: { spacing?: readonly number[] } = {},
): SurfaceDistances {
  const [predicted, real] = cropToBoth(prediction, truth).map(border);
  const directed = (from: Mask, to: Mask) => {
    const distances = distance(to, { spacing });
    const found = distances.filter((_, i) => from.data[i] !== 0);
    if (found.length === 0 || found[0] === Number.POSITIVE_INFINITY)
      throw new RangeError("found an empty mask, expected two with a surface");
    return found;
  };
  return { toTruth: directed(predicted, real), toPrediction: directed(real, predicted) };
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Average surface distance in one direction, prediction to truth, as the released code reports it. */
export const asd = ({ toTruth }: SurfaceDistances): number => mean(toTruth);

/** Average surface distance in the other direction, truth to prediction. */
export const asdReverse = ({ toPrediction }: SurfaceDistances): number => mean(toPrediction);

/** Average symmetric surface distance: the mean of the two directions. */
export const assd = (distances: SurfaceDistances): number => (asd(distances) + asdReverse(distances)) / 2;

/** Hausdorff distance: the largest of both directions. */
export const hd = ({ toTruth, toPrediction }: SurfaceDistances): number =>
  Math.max(largest(toTruth), largest(toPrediction));

const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, value), 0);

/** The 95th percentile of both directions joined, with linear interpolation. */
export function hd95({ toTruth, toPrediction }: SurfaceDistances): number {
  const joined = new Float64Array(toTruth.length + toPrediction.length);
  joined.set(toTruth);
  joined.set(toPrediction, toTruth.length);
  joined.sort();
  const at = 0.95 * (joined.length - 1);
  const below = joined[Math.floor(at)];
  return below + (at - Math.floor(at)) * (joined[Math.ceil(at)] - below);
}
