import { gunzipSync, gzipSync } from "node:zlib";
import { readNifti, readNiftiLabel, readNiftiSeries } from "../../../lib/images/nifti/index.js";
import { gzipBomb } from "./bombs.js";
import type { Case } from "./case.js";
import { type Change, changed, cutBy, over, place, twice } from "./files.js";

const readTwo = (path: string) => readNiftiSeries(path, ["before", "after"]);
const two = "expected 4, the last of 2: before, after; save these in this order in one file";
const packed: Change = (bytes) => gzipSync(bytes);

/** Broken NIfTI files. */
export const nifti: Case[] = [
  [
    "truncated NIfTI",
    readNifti,
    () => changed("cut.nii", cutBy(10)),
    "truncated: found 438 bytes, expected 448 for 2×3×4 voxels of float32; get it again",
  ],
  [
    "half a NIfTI header",
    readNifti,
    () => changed("half.nii", cutBy(300)),
    "148 bytes, expected a NIfTI-1 file, whose header alone has 348; get it again",
  ],
  [
    "truncated gzip",
    readNifti,
    () => changed("cut.nii.gz", cutBy(20)),
    "truncated: the gzip stream breaks off after {size} bytes; get it again",
  ],
  [
    "damaged gzip",
    readNifti,
    () => changed("checksum.nii.gz", (bytes) => bytes.fill(0, bytes.length - 8, bytes.length - 4)),
    'damaged: gzip says "incorrect data check"; get it again',
  ],
  [
    "2 GiB behind a small NIfTI",
    readNifti,
    () => changed("bomb.nii.gz", gzipBomb),
    "inflates to more than the 448 bytes that its header announces; header and voxels do not belong together",
  ],
  [
    "a NIfTI header that claims 10¹² voxels",
    readNifti,
    () => changed("claim.nii", over("writeInt16LE", [42, 32767], [44, 32767], [46, 1000])),
    "the header claims 32767×32767×1000 voxels of float32, 4294705156352 bytes, expected at most 2 GiB; the header is damaged, or cut the volume into parts",
  ],
  [
    "a compressed NIfTI header that claims 10¹² voxels",
    readNifti,
    () => changed("claim.nii.gz", gunzipSync, over("writeInt16LE", [42, 32767], [44, 32767], [46, 1000]), packed),
    "the header claims 32767×32767×1000 voxels of float32, 4294705156352 bytes, expected at most 2 GiB; the header is damaged, or cut the volume into parts",
  ],
  [
    "a NIfTI header that claims a little less than 2 GiB",
    readNifti,
    () => changed("large.nii.gz", gunzipSync, over("writeInt16LE", [42, 32000], [44, 16000], [46, 1]), packed),
    "the header claims 32000×16000×1 voxels of float32, 2048000352 bytes, more than {size} bytes of gzip can hold; the header is damaged, or the file is truncated",
  ],
  [
    "NIfTI of four dimensions",
    readNifti,
    () => changed("series.nii", over("writeInt16LE", [40, 4], [48, 5])),
    "found 4 dimensions (2×3×4×5), expected one volume of 3; split it into volumes first",
  ],
  [
    "one volume where a series of two is wanted",
    readTwo,
    () => changed("single.nii"),
    `found 3 dimensions (2×3×4), ${two}`,
  ],
  [
    "a series of three volumes where two are wanted",
    readTwo,
    () => changed("three.nii", twice, over("writeInt16LE", [48, 3])),
    `found 4 dimensions (2×3×4×3), ${two}`,
  ],
  [
    "a series along a fifth dimension",
    readTwo,
    () => changed("fifth.nii", twice, over("writeInt16LE", [40, 5], [48, 1], [50, 2])),
    `found 5 dimensions (2×3×4×1×2), ${two}`,
  ],
  [
    "a series of eleven dimensions",
    readTwo,
    () => changed("eleven.nii", twice, over("writeInt16LE", [40, 11])),
    "the header claims 11 dimensions, expected 4; the header is damaged",
  ],
  [
    "a series whose last volume breaks off",
    readTwo,
    () => changed("cut two.nii", twice, cutBy(10)),
    "truncated: found 534 bytes, expected 544 for 2×3×4×2 voxels of float32; get it again",
  ],
  [
    "a compressed series without its last volume",
    readTwo,
    () => changed("cut two.nii.gz", gunzipSync, twice, cutBy(96), packed),
    "truncated: found 448 bytes, expected 544 for 2×3×4×2 voxels of float32; get it again",
  ],
  [
    "2 GiB behind a small series",
    readTwo,
    () => changed("bomb two.nii.gz", gunzipSync, twice, packed, gzipBomb),
    "inflates to more than the 544 bytes that its header announces; header and voxels do not belong together",
  ],
  [
    "a series that claims more than 2 GiB, each volume less",
    readTwo,
    () => changed("claim two.nii", twice, over("writeInt16LE", [42, 32000], [44, 16000], [46, 1])),
    "the header claims 32000×16000×1×2 voxels of float32, 4096000352 bytes, expected at most 2 GiB; the header is damaged, or cut the volume into parts",
  ],
  [
    "a compressed series that claims more than it can hold",
    readTwo,
    () =>
      changed("large two.nii.gz", gunzipSync, twice, over("writeInt16LE", [42, 16000], [44, 16000], [46, 1]), packed),
    "the header claims 16000×16000×1×2 voxels of float32, 2048000352 bytes, more than {size} bytes of gzip can hold; the header is damaged, or the file is truncated",
  ],
  [
    "NIfTI with a value that is no number",
    readNifti,
    () => changed("nan.nii", over("writeFloatLE", [352 + 4 * 9, Number.NaN])),
    "1 voxel NaN, infinite or too large for float32, the first at x 1, y 1, z 1, expected finite intensities; replace them and save it again",
  ],
  [
    "NIfTI whose transforms are no numbers",
    readNifti,
    () => changed("place.nii", over("writeFloatLE", [280, Number.NaN], [256, Number.NaN], [80, 0])),
    "neither sform (code 1) nor qform (code 1) nor distances of voxels (pixdim) of the header says how far voxels are apart (pixdim 0×2×4); the header is damaged",
  ],
  [
    "a NIfTI label without its file",
    (path) => readNiftiLabel(path, [0, 1]),
    () => place("label.nii.gz"),
    "not found, expected a NIfTI image; check the name",
  ],
  [
    "NIfTI intensities as labels",
    (path) =>
      readNiftiLabel(
        path,
        Array.from({ length: 23 }, (_, i) => i),
      ),
    () => changed("label.nii"),
    `found label 23 (1 voxel, the first at x 1, y 2, z 3), expected only ${Array.from({ length: 23 }, (_, i) => i).join(", ")}; correct the file or the list of classes`,
  ],
];
