import { squaredDistance } from "./distance.js";
import { boundingBox, checkSameGrid, crop, type Mask } from "./mask.js";

/** Distances of each surface voxel of one mask to the surface of the other, both ways, in the unit of the spacing. */
export interface SurfaceDistances {
  toTruth: Float64Array;
  toPrediction: Float64Array;
}

/**
 * Distances between the surfaces of two non-empty masks. A surface is the mask without its erosion by the cross of direct neighbours;
 * outside the grid counts as background (medpy's convention).
 */
export function surfaceDistances(prediction: Mask, truth: Mask, spacing?: readonly number[]): SurfaceDistances {
  checkSameGrid(prediction, truth);
  const box = boundingBox([prediction, truth]);
  if (!box) return { toTruth: new Float64Array(), toPrediction: new Float64Array() };
  // Nothing of either surface lies outside the box, so cutting to it changes no distance.
  const [ofPrediction, ofTruth] = [surface(crop(prediction, box)), surface(crop(truth, box))];
  return { toTruth: distances(ofPrediction, ofTruth, spacing), toPrediction: distances(ofTruth, ofPrediction, spacing) };
}

/** Voxels of a mask that have a direct neighbour outside it. */
export function surface({ data, shape }: Mask): Mask {
  const out = new Uint8Array(data.length);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const at = shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0) {
      for (let axis = 0; axis < shape.length; axis++) {
        const inside = at[axis] > 0 && at[axis] < shape[axis] - 1 && data[i - strides[axis]] !== 0 && data[i + strides[axis]] !== 0;
        if (!inside) {
          out[i] = 1;
          break;
        }
      }
    }
    for (let axis = at.length - 1; axis >= 0 && ++at[axis] === shape[axis]; axis--) at[axis] = 0;
  }
  return { data: out, shape };
}

function distances(from: Mask, to: Mask, spacing?: readonly number[]): Float64Array {
  const squared = squaredDistance(to, spacing);
  const out: number[] = [];
  for (let i = 0; i < from.data.length; i++) if (from.data[i] !== 0) out.push(Math.sqrt(squared[i]));
  return Float64Array.from(out);
}

/** Mean of one direction: the released code's ASD is that of `toTruth`. */
export const meanDistance = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Average symmetric surface distance: the mean of both directed means. */
export const symmetricDistance = ({ toTruth, toPrediction }: SurfaceDistances): number => (meanDistance(toTruth) + meanDistance(toPrediction)) / 2;

/** Hausdorff distance, or a percentile of it: of both directed lists joined, with linear interpolation. */
export function hausdorff({ toTruth, toPrediction }: SurfaceDistances, percentile = 95): number {
  const all = new Float64Array(toTruth.length + toPrediction.length);
  all.set(toTruth);
  all.set(toPrediction, toTruth.length);
  all.sort();
  const place = ((all.length - 1) * percentile) / 100;
  const low = Math.floor(place);
  return all[low] + (place - low) * (all[Math.min(low + 1, all.length - 1)] - all[low]);
}
