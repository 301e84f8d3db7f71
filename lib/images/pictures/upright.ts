import { Problem } from "../../problem.js";
import { bytesOf } from "../file.js";

/** Where each pixel of a photograph that stands upright lies among the pixels as they are stored, and its height and width. */
export interface Upright {
  places: Int32Array;
  shape: readonly [height: number, width: number];
}

// Place in the stored picture [height, width] of row y and column x of the upright one, by the number that EXIF gives it.
const places: Readonly<Record<number, (y: number, x: number, height: number, width: number) => number>> = {
  1: (y, x, _, width) => y * width + x,
  2: (y, x, _, width) => y * width + width - 1 - x,
  3: (y, x, height, width) => (height - 1 - y) * width + width - 1 - x,
  4: (y, x, height, width) => (height - 1 - y) * width + x,
  5: (y, x, _, width) => x * width + y,
  6: (y, x, height, width) => (height - 1 - x) * width + y,
  7: (y, x, height, width) => (height - 1 - x) * width + width - 1 - y,
  8: (y, x, _, width) => x * width + width - 1 - y,
};

/** How a picture of some size is turned or mirrored to stand upright. */
export function uprightPlaces(orientation: number, [height, width]: readonly [number, number]): Upright {
  const placeOf = places[orientation];
  if (!placeOf) throw new Problem(`EXIF: found the orientation ${orientation}, expected 1 to 8`);
  const shape = orientation < 5 ? ([height, width] as const) : ([width, height] as const);
  const across = shape[1];
  const found = Int32Array.from({ length: height * width }, (_, i) =>
    placeOf(Math.floor(i / across), i % across, height, width),
  );
  return { places: found, shape };
}

/** The number by which a picture's EXIF says how it is to be turned; 1, as it is, where it says nothing. */
export async function orientationIn(path: string): Promise<number> {
  const { default: sharp } = await import("sharp"); // when it is first needed
  const { orientation = 1 } = await sharp(bytesOf(path, "a picture"), { limitInputPixels: false }).metadata();
  return orientation;
}
