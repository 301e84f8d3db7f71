import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readH5 } from "../../images/hdf5/index.js";
import { classMap } from "../../images/labels.js";
import { readNifti, readNiftiLabel } from "../../images/nifti/index.js";
import type { Geometry, Volume } from "../../images/volume.js";
import { Problem } from "../../problem.js";
import { namesIn } from "../places.js";

/** One of the forms in which ACDC is handed around; `id` is that of a volume ("patient001_frame02") or of a training slice ("…_slice_3"). */
export interface AcdcFiles {
  layout: string;
  /** Whether training slices have files of their own, already scaled to [0, 1]. */
  hasSlices: boolean;
  /** The files of a volume or slice, whether they exist or not; image first. Throws a Problem where it is not clear which they are. */
  paths(id: string): string[];
  /** The same, by what they hold. */
  sources(id: string): { images: string[]; labels: string[] };
  readImage(id: string): Promise<Volume>;
  readLabel(id: string): Promise<Volume<Uint8Array>>;
}

/** The form found in a folder, or undefined. */
export function acdcFilesIn(folder: string): AcdcFiles | undefined {
  return h5FilesIn(folder) ?? niftiFilesIn(folder);
}

const labels = [0, 1, 2, 3];

/** SSL4MIS: volumes in data/, training slices in data/slices/ or beside the volumes; `data` itself may be the folder named. */
function h5FilesIn(folder: string): AcdcFiles | undefined {
  const places = [join(folder, "data"), folder].flatMap((volumes) => [
    { volumes, slices: join(volumes, "slices") },
    { volumes, slices: volumes },
  ]);
  const place = places.find(({ slices }) =>
    namesIn(slices).some((name) => /^patient\d{3}_frame\d{2}_slice_\d+\.h5$/.test(name)),
  );
  if (!place) return undefined;
  const path = (id: string) => join(id.includes("_slice_") ? place.slices : place.volumes, `${id}.h5`);
  return {
    layout: "h5",
    hasSlices: true,
    paths: (id) => [path(id)],
    sources: (id) => ({ images: [path(id)], labels: [] }),
    async readImage(id) {
      const { data, shape } = await readH5(path(id), "image", { dimensions: dimensions(id) });
      return { data: data instanceof Float32Array ? data : Float32Array.from(data), ...voxels(shape), path: path(id) };
    },
    async readLabel(id) {
      const { data, shape } = await readH5(path(id), "label", { dimensions: dimensions(id) });
      return { data: classMap(data, labels, path(id)), ...voxels(shape), path: path(id) };
    },
  };
}

const dimensions = (id: string) => (id.includes("_slice_") ? 2 : 3);

/** The h5 files have lost where they lay in the scanner: voxels count. A slice is a volume of one. */
function voxels(shape: readonly number[]): Geometry {
  const [x, y, z] = [...shape].reverse();
  return {
    shape: [z ?? 1, y, x],
    spacingMm: [1, 1, 1],
    affine: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
  };
}

/** The challenge's folders of patients, or the same with renamed frames. */
function niftiFilesIn(folder: string): AcdcFiles | undefined {
  const root = [folder, join(folder, "training"), join(folder, "database", "training")].find((place) =>
    namesIn(place).some((name) => /^patient\d{3}$/.test(name)),
  );
  if (root === undefined) return undefined;
  const known = new Map<string, string[]>();
  const paths = (id: string) => {
    const found = known.get(id) ?? framePaths(root, id);
    known.set(id, found);
    return found;
  };
  return {
    layout: "NIfTI",
    hasSlices: false,
    paths,
    sources: (id) => ({ images: paths(id).slice(0, 1), labels: paths(id).slice(1) }),
    readImage: async (id) => readNifti(paths(id)[0]),
    readLabel: async (id) => readNiftiLabel(paths(id)[1], labels),
  };
}

/**
 * Image and label of "patientXXX_frame01" or "…02". The challenge numbers frames by their time, other for each patient (090 begins at 04): the first
 * that was cut out is frame01, end diastole, the second frame02, end systole. Images alone decide, so that no label need exist.
 */
function framePaths(root: string, id: string): string[] {
  const [patient, frame] = id.split("_");
  const folder = join(root, patient);
  const images = namesIn(folder).filter((name) => new RegExp(`^${patient}_frame\\d+\\.nii(\\.gz)?$`).test(name));
  if (images.length > 2)
    throw new Problem(
      `${folder}: found ${images.length} frames (${images.join(", ")}), expected the two that have labels; keep those of the download only`,
    );
  const name = images.length === 2 ? images[frame === "frame01" ? 0 : 1] : `${id}.nii.gz`;
  return [join(folder, name), join(folder, name.replace(".nii", "_gt.nii"))];
}

/** Throws a Problem where Info.cfg names other frames for end diastole and end systole than the two that were found. */
export function checkFrames(imagePath: string, id: string): void {
  const path = join(imagePath, "..", "Info.cfg");
  if (!existsSync(path)) return;
  const info = readFileSync(path, "utf8");
  const key = id.endsWith("frame01") ? "ED" : "ES";
  const expected = Number(new RegExp(`^${key}:\\s*(\\d+)`, "m").exec(info)?.[1]);
  const found = Number(/_frame(\d+)\.nii/.exec(imagePath)?.[1]);
  const isRenamed = found <= 2 && id.endsWith(`frame0${found}`);
  if (found !== expected && !isRenamed)
    throw new Problem(
      `${imagePath}: is frame ${found} of ${id}, but ${path} says ${key}: ${expected}; keep the two labelled frames of the download only`,
    );
}
