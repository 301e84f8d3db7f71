import { checkSameGrid } from "../../../lib/images/geometry/grid.js";
import { readNifti, readNiftiLabel, writeNifti } from "../../../lib/images/nifti/index.js";
import { readNrrdLabel, writeNrrd } from "../../../lib/images/nrrd/index.js";
import type { Case } from "./case.js";
import { changed, counting, place } from "./files.js";

/** Labels that do not fit their image. */
export const pairs: Case[] = [
  [
    "a label of another size than its image",
    (path) => checkSameGrid(readNifti(place("image.nii")), readNrrdLabel(path, [0])),
    async () => {
      await changed("image.nii");
      const shape = [4, 3, 1] as const;
      writeNrrd(place("small.nrrd"), { ...counting, data: new Uint8Array(12), shape });
      return place("small.nrrd");
    },
    "1×3×4 voxels of 1.5×2×4 mm, but its image has 2×3×4 voxels of 1.5×2×4 mm, {folder}/image.nii; resample one to the other first",
  ],
  [
    "a label of another place than its image",
    (path) => checkSameGrid(readNifti(place("image.nii")), readNiftiLabel(path, [0])),
    async () => {
      await changed("image.nii");
      const affine = [[1.5, 0, 0, 3.5], ...counting.affine.slice(1)]; // mirrored
      writeNifti(place("mirrored.nii.gz"), { ...counting, data: new Uint8Array(24), affine });
      return place("mirrored.nii.gz");
    },
    "its corners lie up to 1.5 mm from those of its image (axes RAS and LAS), {folder}/image.nii; if it was drawn on this image, copy the geometry onto it: arco data geometry {folder}/mirrored.nii.gz --like {folder}/image.nii --out {folder}-placed/mirrored.nii.gz; else resample one to the other",
  ],
];
