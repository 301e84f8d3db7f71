import type { Volume } from "../../images/volume.js";
import type { Figure } from "../render/figure.js";
import { type OverlayOptions, overlay } from "./overlay.js";
import type { Panel } from "./panel.js";

/** What is drawn over the slices, and how. */
export interface ContactSheetOptions extends OverlayOptions {
  truth?: Volume<Uint8Array>;
  prediction?: Volume<Uint8Array>;
  /** Classes of a scan that has no truth, drawn as outlines. */
  mask?: Volume<Uint8Array>;
  /** Slices shown, spread evenly over those where truth, prediction or mask has any class. */
  slices?: number;
  phantom?: boolean;
}

/** One volume as a sheet of its slices along z, with truth and prediction (or the mask) drawn in. */
export function contactSheet(
  image: Volume,
  { truth, prediction, mask, slices = 12, phantom, ...options }: ContactSheetOptions,
): Figure {
  const filled = Array.from({ length: image.shape[0] }, (_, z) => z).filter((z) =>
    [truth, prediction, mask].some((map) => map && plane(map, z).some((value) => value > 0)),
  );
  const shown = evenly(filled.length > 0 ? filled : Array.from({ length: image.shape[0] }, (_, z) => z), slices);
  const panels = shown.map((z) => slicePanel(image, z, { truth, prediction, mask, title: `slice ${z}`, phantom }));
  return overlay(panels, { columns: 6, panelPixels: 130, ...options });
}

/** The picture of one slice of a volume; in colour where each voxel has red, green and blue. */
export function slicePanel(
  image: Volume,
  z: number,
  {
    truth,
    prediction,
    mask,
    title,
    phantom,
  }: Pick<ContactSheetOptions, "truth" | "prediction" | "mask" | "phantom"> & { title: string },
): Panel {
  const [, height, width] = image.shape;
  const [, rowMm, columnMm] = image.spacingMm;
  return {
    title,
    image: plane(image, z),
    shape: [height, width],
    spacingMm: [rowMm, columnMm],
    ...(truth && { truth: plane(truth, z) }),
    ...(prediction && { prediction: plane(prediction, z) }),
    ...(mask && { mask: plane(mask, z) }),
    phantom,
  };
}

/** The slice in which most pixels belong to a class. */
export function fullestSlice(label: Volume<Uint8Array>): number {
  const counts = Array.from(
    { length: label.shape[0] },
    (_, z) => plane(label, z).filter((value) => value > 0 && value < 255).length,
  );
  return counts.indexOf(Math.max(...counts));
}

function plane({ data, shape: [, height, width] }: Volume<Uint8Array>, z: number): Uint8Array;
function plane({ data, shape: [, height, width] }: Volume, z: number): Float32Array;
function plane({ data, shape: [depth] }: Volume<Uint8Array> | Volume, z: number): Uint8Array | Float32Array {
  const size = data.length / depth;
  return data.subarray(z * size, (z + 1) * size);
}

/** At most n of the values, first and last among them. */
function evenly(values: readonly number[], n: number): number[] {
  if (values.length <= n) return [...values];
  return Array.from({ length: n }, (_, i) => values[Math.round((i * (values.length - 1)) / Math.max(1, n - 1))]);
}
