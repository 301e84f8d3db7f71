import { readNrrd } from "../../../lib/images/nrrd/index.js";
import { gzipBomb } from "./bombs.js";
import type { Case } from "./case.js";
import { type Change, changed, counting, cutBy, lines } from "./files.js";

/** Broken NRRD files. */
export const nrrd: Case[] = [
  [
    "truncated NRRD",
    readNrrd,
    () => changed("cut.nrrd", unpacked(counting.data), cutBy(10)),
    "truncated: found 86 bytes, expected 96 for 2×3×4 voxels of float32; get it again",
  ],
  [
    "truncated NRRD, compressed",
    readNrrd,
    () => changed("zipped.nrrd", cutBy(20)),
    "truncated: the gzip stream breaks off after {data} bytes; get it again",
  ],
  [
    "half an NRRD header",
    readNrrd,
    () => changed("half.nrrd", (bytes) => bytes.subarray(0, 100)),
    "the header has no end (an empty line), expected header and data in one file; it is truncated, or save it as one .nrrd",
  ],
  [
    "2 GiB behind a small NRRD",
    readNrrd,
    () => changed("bomb.nrrd", gzipBomb),
    "inflates to more than the 96 bytes that its header announces; header and voxels do not belong together",
  ],
  [
    "an NRRD header that claims 10¹² voxels",
    readNrrd,
    () => changed("claim.nrrd", lines({ sizes: "sizes: 10000 10000 10000" })),
    "the header claims 10000×10000×10000 voxels of float32, 4000000000000 bytes, expected at most 2 GiB; the header is damaged, or cut the volume into parts",
  ],
  [
    "NRRD of sizes that are no numbers",
    readNrrd,
    () => changed("sizes.nrrd", lines({ sizes: "sizes: 2 -3 4.5" })),
    'the header claims sizes "2 -3 4.5", expected three whole numbers from 1; the header is damaged',
  ],
  [
    "NRRD of four dimensions",
    readNrrd,
    () => changed("series.nrrd", lines({ dimension: "dimension: 4", sizes: "sizes: 3 2 3 4" })),
    'found the dimension "4" (sizes 3 2 3 4), expected 3; save one volume',
  ],
  [
    "NRRD with a value that is no number",
    readNrrd,
    () => changed("nan.nrrd", unpacked(counting.data.map((value, i) => (i === 9 ? Number.NaN : value)))),
    "1 voxel NaN, infinite or too large for float32, the first at x 1, y 1, z 1, expected finite intensities; replace them and save it again",
  ],
  [
    "NRRD in a space without left and right",
    readNrrd,
    () => changed("space.nrrd", lines({ space: "space: scanner-xyz" })),
    'found the space "scanner-xyz", expected left-posterior-superior, right-anterior-superior or left-anterior-superior; correct the header',
  ],
  [
    "NRRD with flat voxels",
    readNrrd,
    () => changed("flat.nrrd", lines({ "space directions": "space directions: (1,0,0) (2,0,0) (0,0,1)" })),
    'found space directions "(1,0,0) (2,0,0) (0,0,1)", expected three that span a volume, and a finite origin; correct the header',
  ],
  [
    "NRRD without any spacing",
    readNrrd,
    () => changed("spacing.nrrd", lines({ space: "#", "space directions": "#" })),
    "found spacings (none), expected three that span a volume, and a finite origin; correct the header",
  ],
  [
    "NRRD in centimetres",
    readNrrd,
    () => changed("units.nrrd", lines({ kinds: 'space units: "cm" "cm" "cm"' })),
    'found the units "cm" "cm" "cm", expected "mm"; save it in millimetres',
  ],
  [
    "NRRD with its data elsewhere",
    readNrrd,
    () => changed("apart.nrrd", lines({ kinds: "data file: scan.raw.gz" })),
    'found "data file: scan.raw.gz", expected the data right behind the header; save it as one .nrrd',
  ],
  [
    "NRRD packed by bzip2",
    readNrrd,
    () => changed("bzip2.nrrd", lines({ encoding: "encoding: bzip2" })),
    'found the encoding "bzip2", expected raw or gzip; save it as gzip',
  ],
  [
    "NRRD of structures",
    readNrrd,
    () => changed("block.nrrd", lines({ type: "type: block" })),
    'voxels are of type "block", expected whole numbers or floats; convert the file first',
  ],
  [
    "NRRD without the order of its bytes",
    readNrrd,
    () => changed("endian.nrrd", lines({ endian: "#" })),
    "found the endian (none), expected little or big; correct the header",
  ],
];

/** The same header before other voxels, which are not compressed. */
function unpacked(voxels: Float32Array): Change {
  return (bytes) => {
    const header = lines({ encoding: "encoding: raw" })(bytes.subarray(0, bytes.indexOf("\n\n") + 2));
    return Buffer.concat([header, new Uint8Array(voxels.buffer)]);
  };
}
