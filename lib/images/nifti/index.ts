import { anyLabelOf, labelOf } from "../labels.js";
import type { Volume } from "../volume.js";
import { seriesOf, volumeOf } from "../voxels.js";
import { openNifti } from "./bytes.js";

export { writeNifti } from "./write.js";

/**
 * The volume in a NIfTI-1 file (.nii or .nii.gz), intensities scaled as the header says (slope 0: as stored).
 * Throws a Problem if it is damaged, truncated, not one volume, or holds anything but finite numbers.
 */
export function readNifti(path: string): Volume {
  const { header, bytes } = openNifti(path);
  return volumeOf(bytes, header, path);
}

/**
 * The volumes of a series in one NIfTI-1 file of four dimensions, named in their order ("pre", "art", "ven"); the path of each names it, too.
 * Throws a Problem where there are more or fewer, and what `readNifti` throws.
 */
export function readNiftiSeries(path: string, series: readonly string[]): Volume[] {
  const { header, bytes } = openNifti(path, series);
  return seriesOf(bytes, header, path);
}

/** The label map in a NIfTI-1 file. A value that is not allowed (such as 1.5 in a map of floats) throws a Problem that says which, how often and where. */
export function readNiftiLabel(path: string, allowed: readonly number[]): Volume<Uint8Array> {
  const { header, bytes } = openNifti(path);
  return labelOf(bytes, header, allowed, path);
}

/** The same with any whole numbers, whichever classes they stand for. */
export function readNiftiAnyLabel(path: string): Volume<Float32Array | Uint8Array> {
  const { header, bytes } = openNifti(path);
  return anyLabelOf(bytes, header, path);
}
