import { sizeOf } from "./values.js";
import type { Volume } from "./volume.js";

/** Values of several channels, side by side in every voxel. */
export function sideBySide(channels: readonly Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0];
  const data = new Float32Array(channels.length * channels[0].length);
  for (const [c, values] of channels.entries())
    for (let i = 0; i < values.length; i++) data[i * channels.length + c] = values[i];
  return data;
}

/** The channels that lie side by side in the voxels of a volume, one after the other. */
export function channelsOf({ data, shape }: Pick<Volume, "data" | "shape">): Float32Array[] {
  const voxels = sizeOf(shape);
  const count = data.length / voxels;
  if (count === 1) return [data];
  return Array.from({ length: count }, (_, c) => {
    const values = new Float32Array(voxels);
    for (let i = 0; i < voxels; i++) values[i] = data[i * count + c];
    return values;
  });
}
