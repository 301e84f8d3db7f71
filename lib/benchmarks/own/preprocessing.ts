import { fit } from "../../images/geometry/fit.js";
import { orientation, reorient, turn } from "../../images/geometry/orientation.js";
import { zoom } from "../../images/geometry/resample.js";
import { resampleToSpacing } from "../../images/geometry/spacing.js";
import type { Geometry, Volume } from "../../images/volume.js";
import type { Preprocessing } from "../benchmark.js";
import { clippedZScore } from "../intensity.js";
import { apart, together } from "../kinds/slices.js";
import type { Description } from "./description.js";

type Recipe = Description["recipe"];

/** How volumes of any orientation and spacing are shown to the network, and class maps put back on their grid. */
export function preprocessingOf(recipe: Recipe): Preprocessing {
  const { imageSize } = recipe;
  return {
    toNetwork: (image) => {
      const { data, depth } = imageSlices(image, recipe);
      return { slices: apart(data, depth), shape: imageSize };
    },
    fromNetwork(maps, { data: _, ...onto }) {
      const { geometry } = turn(onto, recipe.orientation);
      const stack = together(maps, imageSize, { ...geometry, path: onto.path });
      const [depth, height, width] = sampled(geometry, recipe);
      const seen = fit(stack, [depth, ...imageSize], [height, width], new Uint8Array(depth * height * width));
      const data = zoom(seen, [depth, height, width], geometry.shape, 0, { end: "clamped" });
      return { ...onto, data: reorient({ data, ...geometry, path: onto.path }, orientation(onto.affine)).data };
    },
  };
}

/** A volume as the network's slices, one after the other; around it is 0. */
export function imageSlices(image: Volume, recipe: Recipe): { data: Float32Array; depth: number } {
  const turned = reorient({ ...image, data: scaled(image, recipe) }, recipe.orientation);
  const { data, shape } = resampleToSpacing(turned, spacingOf(turned, recipe), 1);
  const [height, width] = recipe.imageSize;
  return { data: fit(data, shape, [height, width], new Float32Array(shape[0] * height * width)), depth: shape[0] };
}

/** A map of classes (255 = ignore) as labels of the network's slices; around it is background. */
export function labelSlices(label: Volume<Uint8Array>, recipe: Recipe): Int8Array {
  const turned = reorient(label, recipe.orientation);
  const { data, shape } = resampleToSpacing(turned, spacingOf(turned, recipe), 0);
  const [height, width] = recipe.imageSize;
  return fit(Int8Array.from(data), shape, [height, width], new Int8Array(shape[0] * height * width)); // 255 becomes −1
}

/** The network's pixels within a slice; slices stay where they are. */
const spacingOf = ({ spacingMm: [step] }: Geometry, { spacingMm: [row, column] }: Recipe) =>
  [step, row, column] as const;

/** How many voxels `resampleToSpacing` makes of a turned grid. */
function sampled(geometry: Geometry, { spacingMm }: Recipe): [number, number, number] {
  const along = (axis: 1 | 2) =>
    1 + Math.round(((geometry.shape[axis] - 1) * geometry.spacingMm[axis]) / spacingMm[axis - 1]);
  return [geometry.shape[0], along(1), along(2)];
}

function scaled(image: Volume, { window }: Recipe): Float32Array {
  if (!window) return clippedZScore(image);
  const [low, high] = window;
  return image.data.map((value) => (Math.min(high, Math.max(low, value)) - low) / (high - low));
}
