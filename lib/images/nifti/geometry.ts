import { gzipSync } from "node:zlib";
import { NIFTI1 } from "nifti-reader-js";
import { ownPartOf, writeWhole } from "../../disk.js";
import { Problem } from "../../problem.js";
import { openNifti, readNiftiHeader } from "./bytes.js";
import { headerSize } from "./header.js";
import { isPackedName } from "./name.js";
import { transforms } from "./write.js";

/**
 * Writes a NIfTI file anew with the geometry of another one (codes, both transforms, unit); its voxels stay as they are to the last bit.
 * Throws a Problem where the two have not as many voxels along each axis.
 */
export function copyGeometry(path: string, like: string, out: string): void {
  const { header, bytes } = openNifti(path, "any");
  const { placement, ...geometry } = readNiftiHeader(like, "any");
  const size = ({ shape: [z, y, x] }: Pick<typeof geometry, "shape">) => `${x}×${y}×${z}`;
  if (size(header) !== size(geometry))
    throw new Problem(
      `${path}: found ${size(header)} voxels, expected the ${size(geometry)} of ${like}; resample it instead`,
    );
  const made = new NIFTI1();
  made.readHeader(new Uint8Array(bytes.subarray(0, headerSize)).buffer);
  const time = made.xyzt_units & ~NIFTI1.SPATIAL_UNITS_MASK;
  const { xyzt_units, pixDims, ...others } = transforms(geometry, placement);
  Object.assign(made, others, {
    xyzt_units: xyzt_units | time,
    pixDims: [...pixDims.slice(0, 4), ...made.pixDims.slice(4)],
  });
  const placed = Buffer.concat([
    new Uint8Array(made.toArrayBuffer()).subarray(0, headerSize),
    bytes.subarray(headerSize, header.end),
  ]);
  writeWhole(out, isPackedName(out) ? gzipSync(placed) : placed, { part: ownPartOf(out) });
}
