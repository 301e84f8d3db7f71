import { zerosLike } from "../images/values.js";
import type { Geometry, Volume } from "../images/volume.js";
import type { Grid } from "./render.js";

/** Where a grid lies that is stored as most scanners do: x from the patient's right to the left, y from the front to the back, z upwards. */
export function axial({ shape, spacingMm: [dz, dy, dx], bottomMm }: Grid): Geometry {
  const [, height, width] = shape;
  const affine = [
    [-dx, 0, 0, (dx * (width - 1)) / 2],
    [0, -dy, 0, (dy * (height - 1)) / 2],
    [0, 0, dz, bottomMm],
    [0, 0, 0, 1],
  ];
  return { shape, spacingMm: [dz, dy, dx], affine };
}

/** The same volume stored in other directions along x or y: voxels and affine both turned, so that each voxel stays where it was. */
export function flipped<A extends Float32Array | Uint8Array>(
  volume: Volume<A>,
  { x: turnX, y: turnY }: { x: boolean; y: boolean },
): Volume<A> {
  const [, height, width] = volume.shape;
  const data = zerosLike(volume.data, volume.data.length);
  const { length } = data;
  for (let row = 0, line = 0; row < length; row += width, line++) {
    const y = line % height;
    const from = turnY ? row + (height - 1 - 2 * y) * width : row;
    for (let x = 0; x < width; x++) data[row + x] = volume.data[from + (turnX ? width - 1 - x : x)];
  }
  const affine = volume.affine.map(([x, y, z, move]) => [
    turnX ? -x : x,
    turnY ? -y : y,
    z,
    move + (turnX ? x * (width - 1) : 0) + (turnY ? y * (height - 1) : 0),
  ]);
  return { ...volume, data, affine };
}
