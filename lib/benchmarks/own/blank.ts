import type { Volume } from "../../images/volume.js";
import { middle } from "../intensity.js";
import type { Description } from "./description.js";

/** Of an image's values the lowest and highest, and the percentiles 0.5 and 99.5. */
export interface Range {
  lowest: number;
  highest: number;
  middle: readonly [number, number];
}

/** The range of an image's values. */
export function rangeOf({ data }: Volume): Range {
  let [lowest, highest] = [data[0], data[0]];
  for (let i = 1; i < data.length; i++) {
    if (data[i] < lowest) lowest = data[i];
    if (data[i] > highest) highest = data[i];
  }
  return { lowest, highest, middle: middle(data) };
}

/** Why a network would see nothing in an image of such a range, in words; nothing where it sees something. */
export function blankness(
  { lowest, highest, middle: [low, high] }: Range,
  { window }: Pick<Description["recipe"], "window">,
): string | undefined {
  if (!(highest > lowest)) return `every voxel is ${lowest}`;
  if (!window) return high > low ? undefined : `99 % of its voxels are ${low}`;
  const [bottom, top] = window;
  return highest > bottom && lowest < top
    ? undefined
    : `its values, ${lowest} to ${highest}, all lie outside the window of ${bottom} to ${top}`;
}
