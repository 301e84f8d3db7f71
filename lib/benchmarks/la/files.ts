import { existsSync } from "node:fs";
import { join } from "node:path";
import { readH5 } from "../../images/hdf5/index.js";
import { classMap } from "../../images/labels.js";
import { readNrrd, readNrrdLabel } from "../../images/nrrd/index.js";
import { zerosLike } from "../../images/values.js";
import type { Geometry, Volume } from "../../images/volume.js";
import { namesIn } from "../places.js";

/** One of the forms in which LA is handed around. */
export interface LaFiles {
  layout: "h5" | "challenge";
  /** Image and label of a scan, whether they exist or not; one file where that holds both. */
  paths(id: string): { images: string[]; labels: string[] };
  readImage(id: string): Promise<Volume>;
  readLabel(id: string): Promise<Volume<Uint8Array>>;
}

const isId = (name: string) => /^[0-9A-Z]{20}$/.test(name);

/** The form found in a folder, or in one of those right inside that are called as they were handed out ("2018LA_Seg_Training Set", "Training Set"); undefined where there is none. */
export function laFilesIn(folder: string): LaFiles | undefined {
  const inside = namesIn(folder).filter((name) => /^(2018LA_Seg_)?training[ _]?set$/i.test(name));
  const places = [...inside.map((name) => join(folder, name)), folder];
  return first(places, h5FilesIn) ?? first(places, challengeFilesIn);
}

function first<T>(places: readonly string[], find: (place: string) => T | undefined): T | undefined {
  for (const place of places) {
    const found = find(place);
    if (found) return found;
  }
  return undefined;
}

/** UA-MT's processed files: cut to the surroundings of the atrium, standardised before, image and label in one file with the axes x, y, z. */
function h5FilesIn(root: string): LaFiles | undefined {
  const names = namesIn(root);
  const inFolders = names.some((name) => isId(name) && existsSync(join(root, name, "mri_norm2.h5")));
  if (!inFolders && !names.some((name) => name.endsWith(".h5") && isId(name.slice(0, -3)))) return undefined;
  const path = (id: string) => (inFolders ? join(root, id, "mri_norm2.h5") : join(root, `${id}.h5`));
  return {
    layout: "h5",
    paths: (id) => ({ images: [path(id)], labels: [] }),
    async readImage(id) {
      const { data, shape, attributes } = await readH5(path(id), "image", { dimensions: 3 });
      const { scale_factor: scale = 1, add_offset: offset = 0 } = attributes; // of copies that keep the scanner's 8 bits
      return {
        data: zFirst(
          Float32Array.from(data, (value) => value * scale + offset),
          shape,
        ),
        ...lying(shape),
        path: path(id),
      };
    },
    async readLabel(id) {
      const { data, shape } = await readH5(path(id), "label", { dimensions: 3 });
      return { data: zFirst(classMap(data, [0, 1], path(id)), shape), ...lying(shape), path: path(id) };
    },
  };
}

/** The challenge's scans: lgemri.nrrd and laendo.nrrd, the atrium 255. */
function challengeFilesIn(root: string): LaFiles | undefined {
  if (!namesIn(root).some((name) => isId(name) && existsSync(join(root, name, "lgemri.nrrd")))) return undefined;
  const image = (id: string) => join(root, id, "lgemri.nrrd");
  const label = (id: string) => join(root, id, "laendo.nrrd");
  return {
    layout: "challenge",
    paths: (id) => ({ images: [image(id)], labels: [label(id)] }),
    readImage: async (id) => readNrrd(image(id)),
    async readLabel(id) {
      const found = readNrrdLabel(label(id), [0, 255]);
      return { ...found, data: found.data.map((value) => (value === 0 ? 0 : 1)) };
    },
  };
}

/** Values [x, y, z] with z fastest as [z, y, x] with x fastest. */
function zFirst<A extends Float32Array | Uint8Array>(values: A, [nx, ny, nz]: readonly number[]): A {
  const turned = zerosLike(values, values.length);
  for (let x = 0, from = 0; x < nx; x++)
    for (let y = 0; y < ny; y++) for (let z = 0; z < nz; z++) turned[(z * ny + y) * nx + x] = values[from++];
  return turned;
}

/** Millimetres between the voxels of all scans, along every axis. */
export const mm = 0.625;

/** The processed files have lost where they lay in the scanner, not how: their axes are the challenge's, to the left, the back and the head. All scans have the same voxels. */
function lying([x, y, z]: readonly number[]): Geometry {
  return {
    shape: [z, y, x],
    spacingMm: [mm, mm, mm],
    affine: [
      [-mm, 0, 0, 0],
      [0, -mm, 0, 0],
      [0, 0, mm, 0],
      [0, 0, 0, 1],
    ],
  };
}
