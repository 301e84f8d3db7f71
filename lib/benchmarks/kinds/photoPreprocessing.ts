import { reflected } from "../../images/augment/photoCrop.js";
import { type Kernel, rescale, rescaleMap } from "../../images/geometry/rescale.js";
import type { Pixels } from "../../images/pictures/pixels.js";
import { standardised } from "../../images/pictures/standard.js";
import type { Volume } from "../../images/volume.js";
import { Problem } from "../../problem.js";
import type { Preprocessing } from "../benchmark.js";

/** Height and width. */
export type Size = readonly [number, number];

/** How photographs are brought to the network's form. */
export interface PhotoForm {
  /** What all are resized to; absent where they keep their size. */
  size?: Size;
  kernel: Kernel | "nearest";
  /** Whether classes are compared in that size, as the paper does, or in the photograph's own. */
  isScoredResized: boolean;
  /** What a photograph of some size is padded to before it is looked at as a whole. */
  frameOf(size: Size): Size;
}

/** Each axis to the next multiple of 16, which the U-Net can halve four times. */
export const sixteens = ([height, width]: Size): Size => [16 * Math.ceil(height / 16), 16 * Math.ceil(width / 16)];

/** Photographs as volumes of one slice: resized, standardised, padded right and below by reflection; and maps of the frame cut and resized back. */
export function photoPreprocessing({ size, kernel, frameOf }: Omit<PhotoForm, "isScoredResized">): Preprocessing {
  const seen = (shape: Size): Size => size ?? shape;
  return {
    toNetwork(image) {
      const photo = pixelsOf(image);
      const { data, shape } = rescale(photo, seen(photo.shape), kernel);
      const frame = frameOf([shape[0], shape[1]]);
      return { slices: [framed(standardised(data), shape, frame)], shape: frame };
    },
    fromNetwork(maps, { data: _, ...onto }) {
      const own = sizeOf(onto);
      const [height, width] = seen(own);
      const frame = frameOf([height, width]);
      if (maps.length !== 1 || maps[0].length !== frame[0] * frame[1])
        throw new Problem(
          `${onto.path}: found ${maps.length} class maps of ${maps[0]?.length} pixels, expected one of ${frame.join("×")}`,
        );
      const map = new Uint8Array(height * width);
      for (let y = 0; y < height; y++) map.set(maps[0].subarray(y * frame[1], y * frame[1] + width), y * width);
      return { ...onto, data: rescaleMap(map, [height, width], own) };
    },
  };
}

/** A photograph, or its classes, as a volume of one slice; one pixel is 1 mm for want of anything better, and rows go downwards. */
export const photoVolume = <A extends Float32Array | Uint8Array>(data: A, shape: Size, path: string): Volume<A> => ({
  data,
  shape: [1, ...shape],
  spacingMm: [1, 1, 1],
  affine: [
    [1, 0, 0, 0],
    [0, -1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ],
  path,
});

function pixelsOf(image: Volume): Pixels {
  const shape = sizeOf(image);
  if (image.data.length !== 3 * shape[0] * shape[1])
    throw new Problem(
      `${image.path}: found ${image.data.length} values for ${shape.join("×")} pixels, expected red, green and blue of each`,
    );
  return { data: Uint8Array.from(image.data), shape };
}

function sizeOf({ shape: [depth, height, width], path }: Omit<Volume, "data">): Size {
  if (depth !== 1) throw new Problem(`${path}: found ${depth} slices, expected one photograph`);
  return [height, width];
}

function framed(values: Float32Array, [height, width]: readonly number[], [down, across]: Size): Float32Array {
  if (down === height && across === width) return values;
  const padded = new Float32Array(down * across * 3);
  for (let y = 0, at = 0; y < down; y++) {
    const row = reflected(y, height) * width;
    for (let x = 0; x < across; x++, at += 3) {
      const from = (row + reflected(x, width)) * 3;
      padded.set(values.subarray(from, from + 3), at);
    }
  }
  return padded;
}
