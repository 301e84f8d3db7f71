import { sizeOf } from "../values.js";
import type { Volume } from "../volume.js";

/** One value for each voxel, for drawing: the mean of its channels where it has several side by side (photographs, phases of a contrast agent). */
export function brightness(image: Volume): Volume {
  const { data, ...geometry } = image;
  const voxels = sizeOf(geometry.shape);
  const channels = data.length / voxels;
  if (channels === 1) return image;
  const means = new Float32Array(voxels);
  for (let i = 0; i < data.length; i++) means[Math.floor(i / channels)] += data[i] / channels;
  return { ...geometry, data: means };
}
