import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { bytesOf } from "../../images/file.js";
import { checkSameGrid } from "../../images/geometry/grid.js";
import { orientation, turn } from "../../images/geometry/orientation.js";
import { anyLabelOf } from "../../images/labels.js";
import { openNifti } from "../../images/nifti/bytes.js";
import type { Geometry, Volume } from "../../images/volume.js";
import { volumeOf } from "../../images/voxels.js";
import { Problem } from "../../problem.js";
import { type Range, rangeOf } from "./blank.js";
import type { Listing, Pair } from "./pairs.js";

/** What was found in the files of a case. */
export interface Inspected extends Pair {
  orientation: string;
  /** Voxels and their distance in mm along right, anterior and superior. */
  size: [number, number, number];
  spacingMm: [number, number, number];
  range: Range;
  sha256: { image: string; label?: string };
  /** Equal for images with the same voxels, however their files are packed. */
  content: string;
  /** How many voxels have which value in the label map. */
  values?: ReadonlyMap<number, number>;
  /** What was odd in the headers of its files, in sentences. */
  remarks: { image: readonly string[]; label: readonly string[] };
}

const mostValues = 120; // classes are kept as signed bytes

/** Reads the files of a case to the last voxel. Throws a Problem where one is not what it should be. */
export function inspect({ folders }: Pick<Listing, "folders">, pair: Pair): Inspected {
  const path = resolve(folders.images, pair.image);
  const { header, bytes } = openNifti(path);
  const image = volumeOf(bytes, header, path);
  const { shape, spacingMm } = turn(image, "RAS").geometry;
  const found = {
    ...pair,
    orientation: orientation(image.affine),
    size: reversed(shape),
    spacingMm: reversed(spacingMm),
    range: rangeOf(image),
    sha256: { image: sha256(bytesOf(path, "a NIfTI image")) },
    content: sha256(new Uint8Array(image.data.buffer, image.data.byteOffset, image.data.byteLength)),
    remarks: { image: header.remarks, label: [] },
  };
  if (pair.label === undefined) return found;
  const labelPath = resolve(folders.labels, pair.label);
  const opened = openNifti(labelPath);
  const label = anyLabelOf(opened.bytes, opened.header, labelPath);
  checkSameGrid(image, label);
  const hash = sha256(bytesOf(labelPath, "a NIfTI label map"));
  return {
    ...found,
    sha256: { ...found.sha256, label: hash },
    values: valuesIn(label),
    remarks: { ...found.remarks, label: opened.header.remarks },
  };
}

const reversed = ([z, y, x]: Geometry["shape"]): [number, number, number] => [x, y, z];

/** Hex sha256 of bytes. */
export const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** How many voxels have which value; anything below 0 throws a Problem. */
function valuesIn({ data, path }: Volume<Float32Array | Uint8Array>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let from = 0, to = 0; from < data.length; from = to) {
    const value = data[from];
    while (to < data.length && data[to] === value) to++; // labels come in runs
    if (value < 0)
      throw new Problem(
        `${path}: found the label ${value} (the first at voxel ${from}), expected whole numbers from 0; is it a map of classes?`,
      );
    counts.set(value, (counts.get(value) ?? 0) + to - from);
    if (counts.size > mostValues)
      throw new Problem(
        `${path}: found more than ${mostValues} different values, expected a map of classes; is it an image?`,
      );
  }
  return counts;
}
