import { gzipSync } from "node:zlib";
import { NIFTI1 } from "nifti-reader-js";
import writeFileAtomic from "write-file-atomic";
import { Problem } from "../../problem.js";
import { unwritable } from "../file.js";
import type { Geometry, Volume } from "../volume.js";
import { type Dtype, kinds, packed } from "../voxels.js";

const codes = { uint8: 2, int16: 4, int32: 8, float32: 16, float64: 64, int8: 256, uint16: 512, uint32: 768 } as const;

/**
 * Writes a volume with its geometry (as sform, and as qform where the axes are at right angles), compressed if the name ends in .gz.
 * The file appears whole or not at all. `level` of the compression: 1 is fastest, 9 smallest. Throws a Problem where a value does not fit into `dtype` (the volume's own by default).
 */
export function writeNifti(
  path: string,
  volume: Volume<Float32Array | Uint8Array>,
  {
    dtype = volume.data instanceof Uint8Array ? "uint8" : "float32",
    level = 6,
  }: { dtype?: Dtype; level?: number } = {},
): void {
  if (!/\.nii(\.gz)?$/.test(path))
    throw new Problem(`${path}: expected a name that ends in .nii or .nii.gz; rename it`);
  const bytes = niftiBytes(volume, dtype, path);
  try {
    writeFileAtomic.sync(path, path.endsWith(".gz") ? gzipSync(bytes, { level }) : bytes);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** What `writeNifti` writes, before it is compressed; `path` is for messages. */
export const niftiBytes = (volume: Volume<Float32Array | Uint8Array>, dtype: Dtype, path: string): Buffer =>
  Buffer.concat([header(volume, dtype, path), packed(volume, dtype, path)]);

function header({ shape, spacingMm, affine }: Geometry, dtype: Dtype, path: string): Uint8Array {
  const [z, y, x] = shape;
  if (Math.max(x, y, z) > 32767)
    throw new Problem(
      `${path}: found ${x}×${y}×${z} voxels, expected at most 32767 along each axis of NIfTI-1; cut the volume into parts`,
    );
  const quaternion = quaternionOf(affine, spacingMm);
  const made = Object.assign(new NIFTI1(), {
    littleEndian: true,
    dims: [3, x, y, z, 1, 1, 1, 1],
    pixDims: [quaternion?.handedness ?? 1, spacingMm[2], spacingMm[1], spacingMm[0], 1, 1, 1, 1],
    datatypeCode: codes[dtype],
    numBitsPerVoxel: 8 * kinds[dtype].BYTES_PER_ELEMENT,
    vox_offset: 352,
    xyzt_units: NIFTI1.UNITS_MM,
    sform_code: NIFTI1.XFORM_SCANNER_ANAT,
    qform_code: quaternion ? NIFTI1.XFORM_SCANNER_ANAT : NIFTI1.XFORM_UNKNOWN,
    quatern_b: quaternion?.b ?? 0,
    quatern_c: quaternion?.c ?? 0,
    quatern_d: quaternion?.d ?? 0,
    qoffset_x: affine[0][3],
    qoffset_y: affine[1][3],
    qoffset_z: affine[2][3],
    affine: affine.map((row) => [...row]),
    magic: "n+1",
  });
  return new Uint8Array(made.toArrayBuffer());
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
