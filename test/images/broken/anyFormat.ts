import { readH5 } from "../../../lib/images/hdf5/index.js";
import { readNifti } from "../../../lib/images/nifti/index.js";
import { readNrrd } from "../../../lib/images/nrrd/index.js";
import { readIndexMask, readPicture } from "../../../lib/images/pictures/index.js";
import type { Case } from "./case.js";
import { changed, loop, place, subfolder, written } from "./files.js";

const image = (path: string) => readH5(path, "image", { dimensions: 3 });
/** The readers by the name of a file they read, and what they expect it to be. */
export const readers: Readonly<Record<string, [read: (path: string) => unknown, expected: string, magic: string]>> = {
  "scan.nii": [readNifti, "a NIfTI image", 'found the magic " no", expected "n+1" of a NIfTI-1 file'],
  "scan.nii.gz": [readNifti, "a NIfTI image", 'found the magic " no", expected "n+1" of a NIfTI-1 file'],
  "scan.h5": [image, "an HDF5 file", "no signature of HDF5, expected an HDF5 file"],
  "scan.nrrd": [readNrrd, "an NRRD image", 'found the magic "no no no", expected "NRRD0001" to "NRRD0005"'],
  "street.png": [readPicture, "a PNG or JPEG picture", "no signature of PNG or JPEG, expected a PNG or JPEG picture"],
  "street.jpg": [readPicture, "a PNG or JPEG picture", "no signature of PNG or JPEG, expected a PNG or JPEG picture"],
  "mask.png": [readIndexMask, "a PNG of labels", "no signature of PNG, expected a PNG of labels"],
};

/** What may befall a file of any format. */
export const anyFormat = Object.entries(readers).flatMap(([name, [read, expected, magic]]): Case[] => [
  ["missing", read, () => place(`missing ${name}`), `not found, expected ${expected}; check the name`],
  ["a folder", read, () => subfolder(`folder ${name}`), `found a folder, expected ${expected}; name the file`],
  ["empty", read, () => written(`empty ${name}`, Buffer.alloc(0)), `empty file, expected ${expected}; get it again`],
  [
    "a circle of links",
    read,
    () => loop(`loop ${name}`),
    `found links that lead in a circle, expected ${expected}; link to the file itself`,
  ],
  [
    "inside a file",
    read,
    async () => `${await changed(name)}/${name}`,
    `a part of this path is a file, not a folder, expected ${expected}; check the name`,
  ],
  [
    "another format",
    read,
    () => written(`other ${name}`, Buffer.from("no ".repeat(200))),
    `${magic}; this is another format, or the file is damaged`,
  ],
]);
