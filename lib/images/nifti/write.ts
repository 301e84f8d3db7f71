import { gzipSync } from "node:zlib";
import { NIFTI1 } from "nifti-reader-js";
import { ownPartOf, writeWhole } from "../../disk.js";
import { Problem } from "../../problem.js";
import { sameGrid } from "../geometry/grid.js";
import type { Geometry, Volume } from "../volume.js";
import { type Dtype, kinds, packed } from "../voxels.js";
import { readNiftiHeader } from "./bytes.js";
import { isPackedName, niftiEnding } from "./name.js";
import { millimetres, type Placement } from "./placement.js";

const codes = { uint8: 2, int16: 4, int32: 8, float32: 16, float64: 64, int8: 256, uint16: 512, uint32: 768 } as const;

/** How a volume is stored. */
export interface WriteOptions {
  /** The volume's own by default. */
  dtype?: Dtype;
  /** Of the compression: 1 is fastest, 9 smallest. */
  level?: number;
  /** A NIfTI file on whose grid the volume lies: its codes, transforms and unit are repeated, so that every program puts both in the same place. */
  like?: string;
}

/**
 * Writes a volume with its geometry (as sform, and as qform where the axes are at right angles), compressed if the name ends in .gz.
 * The file appears whole or not at all. Throws a Problem where a value does not fit into `dtype`, and where `like` has another grid.
 */
export function writeNifti(
  path: string,
  volume: Volume<Float32Array | Uint8Array>,
  { dtype = volume.data instanceof Uint8Array ? "uint8" : "float32", level = 6, like }: WriteOptions = {},
): void {
  if (!niftiEnding.test(path)) throw new Problem(`${path}: expected a name that ends in .nii or .nii.gz; rename it`);
  const bytes = niftiBytes(volume, dtype, path, like === undefined ? undefined : placementIn(like, volume));
  writeWhole(path, isPackedName(path) ? gzipSync(bytes, { level }) : bytes, { part: ownPartOf(path) });
}

/** What `writeNifti` writes, before it is compressed; `path` is for messages. */
export const niftiBytes = (
  volume: Volume<Float32Array | Uint8Array>,
  dtype: Dtype,
  path: string,
  placement?: Placement,
): Buffer => Buffer.concat([header(volume, dtype, path, placement), packed(volume, dtype, path)]);

function placementIn(like: string, volume: Geometry): Placement {
  const { placement, ...geometry } = readNiftiHeader(like, "any");
  if (!sameGrid(volume, geometry))
    throw new Problem(
      `${like}: lies on another grid than what is to be written like it; name the file that it was made from`,
    );
  return placement;
}

function header({ shape, spacingMm, affine }: Geometry, dtype: Dtype, path: string, placement?: Placement): Uint8Array {
  const [z, y, x] = shape;
  if (Math.max(x, y, z) > 32767)
    throw new Problem(
      `${path}: found ${x}×${y}×${z} voxels, expected at most 32767 along each axis of NIfTI-1; cut the volume into parts`,
    );
  const made = Object.assign(new NIFTI1(), {
    littleEndian: true,
    dims: [3, x, y, z, 1, 1, 1, 1],
    datatypeCode: codes[dtype],
    numBitsPerVoxel: 8 * kinds[dtype].BYTES_PER_ELEMENT,
    vox_offset: 352,
    ...transforms({ shape, spacingMm, affine }, placement),
    magic: "n+1",
  });
  return new Uint8Array(made.toArrayBuffer());
}

/** The fields of a header that say where voxels lie: in the scanner, in mm, unless another file's are to be repeated. */
export function transforms({ spacingMm: [dz, dy, dx], affine }: Geometry, placement?: Placement) {
  const quaternion = quaternionOf(affine, [dz, dy, dx]);
  const { handedness = 1, b = 0, c = 0, d = 0 } = quaternion ?? {};
  const {
    unit = NIFTI1.UNITS_MM,
    pixDims: [qfac, ...steps] = [handedness, dx, dy, dz],
    sformCode = NIFTI1.XFORM_SCANNER_ANAT,
    qformCode = quaternion ? NIFTI1.XFORM_SCANNER_ANAT : NIFTI1.XFORM_UNKNOWN,
    sform,
    qform,
  } = placement ?? {};
  const scale = 1 / (millimetres[unit] ?? 1);
  const rows = sform ?? affine.slice(0, 3).map((row) => row.map((value) => value * scale));
  const [quatern_b, quatern_c, quatern_d, qoffset_x, qoffset_y, qoffset_z] = qform ?? [
    b,
    c,
    d,
    ...rows.map((row) => row[3]),
  ];
  return {
    pixDims: [qform ? qfac : handedness, ...steps, 1, 1, 1, 1],
    xyzt_units: unit,
    sform_code: sformCode,
    qform_code: qform || quaternion ? qformCode : NIFTI1.XFORM_UNKNOWN,
    ...{ quatern_b, quatern_c, quatern_d, qoffset_x, qoffset_y, qoffset_z },
    affine: [...rows.map((row) => [...row]), [0, 0, 0, 1]],
  };
}

/** The rotation of an affine as a unit quaternion with a ≥ 0, and −1 where the axes are left-handed; nothing where they are not at right angles. */
function quaternionOf(
  affine: Geometry["affine"],
  [dz, dy, dx]: Geometry["spacingMm"],
): { b: number; c: number; d: number; handedness: 1 | -1 } | undefined {
  const [p, q, r] = [0, 1, 2].map((row) => [affine[row][0] / dx, affine[row][1] / dy, affine[row][2] / dz]);
  const dot = (i: number, j: number) => p[i] * p[j] + q[i] * q[j] + r[i] * r[j];
  if (
    [dot(0, 1), dot(0, 2), dot(1, 2), dot(0, 0) - 1, dot(1, 1) - 1, dot(2, 2) - 1].some(
      (value) => Math.abs(value) > 1e-4,
    )
  )
    return undefined;
  const determinant =
    p[0] * (q[1] * r[2] - q[2] * r[1]) - p[1] * (q[0] * r[2] - q[2] * r[0]) + p[2] * (q[0] * r[1] - q[1] * r[0]);
  const handedness = determinant > 0 ? 1 : -1;
  for (const row of [p, q, r]) row[2] *= handedness;
  // Each component squared from the diagonal; the largest fixes the signs of the others (Shepperd 1978).
  const squares = [1 + p[0] + q[1] + r[2], 1 + p[0] - q[1] - r[2], 1 - p[0] + q[1] - r[2], 1 - p[0] - q[1] + r[2]];
  const largest = squares.indexOf(Math.max(...squares));
  const rows = [
    [squares[0], r[1] - q[2], p[2] - r[0], q[0] - p[1]],
    [r[1] - q[2], squares[1], p[1] + q[0], p[2] + r[0]],
    [p[2] - r[0], p[1] + q[0], squares[2], q[2] + r[1]],
    [q[0] - p[1], p[2] + r[0], q[2] + r[1], squares[3]],
  ];
  const length = Math.hypot(...rows[largest]) * (rows[largest][0] < 0 ? -1 : 1);
  const [, b, c, d] = rows[largest].map((value) => value / length + 0); // + 0: no minus zero
  return { b, c, d, handedness };
}
