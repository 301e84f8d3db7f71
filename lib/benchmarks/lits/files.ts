import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { h5Datasets, readH5 } from "../../images/hdf5/index.js";
import { classMap } from "../../images/labels.js";
import { readNiftiHeader } from "../../images/nifti/bytes.js";
import { readNiftiLabel } from "../../images/nifti/index.js";
import {
  niftiLabelSlices,
  niftiSlices,
  readLargeNifti,
  type TurnedSlice,
  turnedSlices,
} from "../../images/nifti/slices.js";
import type { Geometry, Volume } from "../../images/volume.js";
import { Problem } from "../../problem.js";
import { namesIn } from "../places.js";

type Grid = Geometry & { path: string };
type Slices<A extends Float32Array | Uint8Array> = Iterable<TurnedSlice<A>> | AsyncIterable<TurnedSlice<A>>;

/** One of the forms in which LiTS is handed around; `id` is "case0001" to "case0131", values are HU. */
export interface LitsFiles {
  layout: "challenge" | "MSD" | "h5";
  /** Image and label of a case, whether they exist or not; one file where that holds both. */
  paths(id: string): { images: string[]; labels: string[] };
  /** Where the voxels of image and label lie, without reading them. */
  imageGrid(id: string): Promise<Grid>;
  labelGrid(id: string): Promise<Grid>;
  /** The slices of a case turned as asked for. */
  imageSlices(id: string, codes: string): Promise<Slices<Float32Array>>;
  labelSlices(id: string, codes: string): Promise<Slices<Uint8Array>>;
  readImage(id: string): Promise<Volume>;
  readLabel(id: string): Promise<Volume<Uint8Array>>;
}

/** The form found in a folder, or undefined. */
export function litsFilesIn(folder: string): LitsFiles | undefined {
  return challengeFilesIn(folder) ?? msdFilesIn(folder) ?? h5FilesIn(folder);
}

const labels = [0, 1, 2];

/** The lists count cases from 1, the files from 0. Which volume is which case was not published; that they are in the same order is an assumption. */
const numberOf = (id: string) => Number(id.slice(4)) - 1;

/** volume-K.nii and segmentation-K.nii, all in one folder, or in one for each batch of the challenge. */
function challengeFilesIn(folder: string): LitsFiles | undefined {
  const known = new Map<string, string>(); // by name without ending
  for (const place of [folder, ...foldersIn(folder)])
    for (const name of namesIn(place)) {
      const stem = /^((volume|segmentation)-\d+)\.nii(\.gz)?$/.exec(name)?.[1];
      if (stem !== undefined && !known.has(stem)) known.set(stem, join(place, name));
    }
  if (![...known.keys()].some((stem) => stem.startsWith("volume"))) return undefined;
  const path = (stem: string) => known.get(stem) ?? join(folder, `${stem}.nii`);
  return niftiFiles("challenge", (id) => ({
    images: [path(`volume-${numberOf(id)}`)],
    labels: [path(`segmentation-${numberOf(id)}`)],
  }));
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const inside = readdirSync(folder, { withFileTypes: true });
  return inside
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .sort();
}

/** Task03_Liver of the Medical Segmentation Decathlon: the same cases under another licence. */
function msdFilesIn(folder: string): LitsFiles | undefined {
  const root = [folder, join(folder, "Task03_Liver")].find((place) =>
    namesIn(join(place, "imagesTr")).some((name) => /^liver_\d+\.nii(\.gz)?$/.test(name)),
  );
  if (root === undefined) return undefined;
  const path = (part: string, id: string) => {
    const packed = join(root, part, `liver_${numberOf(id)}.nii.gz`);
    const plain = packed.slice(0, -3);
    return !existsSync(packed) && existsSync(plain) ? plain : packed;
  };
  return niftiFiles("MSD", (id) => ({ images: [path("imagesTr", id)], labels: [path("labelsTr", id)] }));
}

function niftiFiles(layout: LitsFiles["layout"], paths: LitsFiles["paths"]): LitsFiles {
  const image = (id: string) => paths(id).images[0];
  const label = (id: string) => paths(id).labels[0];
  const grid = (path: string): Grid => ({ ...readNiftiHeader(path), path });
  return {
    layout,
    paths,
    imageGrid: async (id) => grid(image(id)),
    labelGrid: async (id) => grid(label(id)),
    imageSlices: async (id, codes) => niftiSlices(image(id), codes),
    labelSlices: async (id, codes) => niftiLabelSlices(label(id), codes, labels),
    readImage: async (id) => readLargeNifti(image(id)),
    readLabel: async (id) => readNiftiLabel(label(id), labels),
  };
}

/** Processed volumes as the released code reads them for testing: image and label in one file, axes z, y, x, intensities clipped and scaled to [0, 1]. */
function h5FilesIn(folder: string): LitsFiles | undefined {
  if (!namesIn(folder).some((name) => /^case\d{4}\.h5$/.test(name))) return undefined;
  const path = (id: string) => join(folder, `${id}.h5`);
  const readImage = async (id: string): Promise<Volume> => {
    const { data, shape } = await readH5(path(id), "image", { dimensions: 3 });
    return { data: hounsfield(data, path(id)), ...asTheyLie(shape), path: path(id) };
  };
  const readLabel = async (id: string): Promise<Volume<Uint8Array>> => {
    const { data, shape } = await readH5(path(id), "label", { dimensions: 3 });
    return { data: classMap(data, labels, path(id)), ...asTheyLie(shape), path: path(id) };
  };
  const grid = async (id: string, name: string): Promise<Grid> => {
    const found = (await h5Datasets(path(id))).find((dataset) => dataset.name === name);
    if (found?.shape.length !== 3)
      throw new Problem(
        `${path(id)}: found ${found ? `a dataset "${name}" of ${found.shape.length} dimensions` : `no dataset "${name}"`}, expected one of 3; get the file again`,
      );
    return { ...asTheyLie(found.shape), path: path(id) };
  };
  return {
    layout: "h5",
    paths: (id) => ({ images: [path(id)], labels: [] }),
    imageGrid: (id) => grid(id, "image"),
    labelGrid: (id) => grid(id, "label"),
    imageSlices: async (id, codes) => turnedSlices(await readImage(id), codes),
    labelSlices: async (id, codes) => turnedSlices(await readLabel(id), codes),
    readImage,
    readLabel,
  };
}

/** What became of HU by the paper's window turned back, to a thousandth of a HU, so that whole numbers come back exactly. */
function hounsfield(values: ArrayLike<number>, path: string): Float32Array {
  const data = Float32Array.from(values, (value) => Math.round(1024 * (450 * value - 200)) / 1024);
  const wrong = data.findIndex((value) => value < -425 || value > 475); // resizing with a spline goes a little beyond
  if (wrong >= 0)
    throw new Problem(
      `${path}: found the value ${values[wrong]}, expected 0 to 1 for −200 to 250 HU, as processed files have; use the NIfTI files of the challenge for others`,
    );
  return data;
}

/** The files have lost where they lay in the scanner: voxels count, and axes point as the network sees them (LPS). */
function asTheyLie([z, y, x]: readonly number[]): Geometry {
  return {
    shape: [z, y, x],
    spacingMm: [1, 1, 1],
    affine: [
      [-1, 0, 0, 0],
      [0, -1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
  };
}
