import { NIFTI1 } from "nifti-reader-js";
import { Problem } from "../../problem.js";
import { endOf, type Header, type Kind } from "../voxels.js";

const kindOf: Readonly<Record<number, Kind | undefined>> = {
  2: "uint8",
  4: "int16",
  8: "int32",
  16: "float32",
  64: "float64",
  256: "int8",
  512: "uint16",
  768: "uint32",
  1024: "int64",
  1280: "uint64",
}; // by the datatype code of NIfTI-1

/** Bytes of a NIfTI-1 header. */
export const headerSize = 348;

/** Reads the first 348 bytes of a NIfTI-1 file that holds one volume, or those of a series; whatever could not be trusted later on throws a Problem. */
export function parseHeader(bytes: Uint8Array, path: string, series?: readonly string[]): Header {
  const view = new DataView(new Uint8Array(bytes.subarray(0, headerSize)).buffer);
  checkMagic(view, path);
  const header = new NIFTI1();
  header.readHeader(view.buffer);
  const [x, y, z] = sizes(header, path, series);
  const kind = kindOf[header.datatypeCode];
  if (!kind)
    throw new Problem(
      `${path}: voxels are ${header.getDatatypeCodeString(header.datatypeCode)} (datatype ${header.datatypeCode}), expected whole numbers or floats; convert the file first`,
    );
  const start = header.vox_offset;
  if (!Number.isInteger(start) || start < 352)
    throw new Problem(
      `${path}: the header says that voxels begin at byte ${start}, expected 352 or more; the header is damaged`,
    );
  const shape: Header["shape"] = [z, y, x];
  const end = endOf({ shape, kind, series }, start, path);
  const affine = affineOf(header, view, path);
  const [dx, dy, dz] = [0, 1, 2].map((axis) => Math.hypot(affine[0][axis], affine[1][axis], affine[2][axis]));
  return {
    shape,
    spacingMm: [dz, dy, dx],
    affine,
    kind,
    isLittleEndian: header.littleEndian,
    ...scaling(header, path),
    start,
    end,
    ...(series && { series }),
  };
}

function checkMagic(view: DataView, path: string): void {
  const size =
    view.byteLength < headerSize
      ? -1
      : [view.getInt32(0, true), view.getInt32(0, false)].find((value) => value === headerSize || value === 540);
  if (size === -1)
    throw new Problem(
      `${path}: ${view.byteLength} bytes, expected a NIfTI-1 file, whose header alone has ${headerSize}; get it again`,
    );
  if (size === 540) throw new Problem(`${path}: found NIfTI-2, expected NIfTI-1; save it as NIfTI-1 first`);
  const magic = String.fromCharCode(...[344, 345, 346].map((at) => view.getUint8(at)));
  if (size === headerSize && magic === "ni1")
    throw new Problem(
      `${path}: found the header of a pair .hdr and .img, expected one file; save it as .nii or .nii.gz first`,
    );
  if (size !== headerSize || magic !== "n+1")
    throw new Problem(
      `${path}: found the magic ${JSON.stringify(magic)}, expected "n+1" of a NIfTI-1 file; this is another format, or the file is damaged`,
    );
}

function sizes({ dims }: NIFTI1, path: string, series?: readonly string[]): number[] {
  const [count, ...all] = dims;
  if (count < 1 || count > 7)
    throw new Problem(
      `${path}: the header claims ${count} dimensions, expected ${series ? 4 : 3}; the header is damaged`,
    );
  const used = all.slice(0, count);
  if (used.some((size) => size < 1))
    throw new Problem(
      `${path}: the header claims ${used.join("×")} voxels, expected at least one along each axis; the header is damaged`,
    );
  const [volumes = 1, ...others] = used.slice(3);
  if (volumes !== (series?.length ?? 1) || others.some((size) => size > 1)) {
    const expected = series
      ? `4, the last of ${series.length}: ${series.join(", ")}; save these in this order in one file`
      : "one volume of 3; split it into volumes first";
    throw new Problem(`${path}: found ${count} dimensions (${used.join("×")}), expected ${expected}`);
  }
  return [...used, 1, 1].slice(0, 3);
}

/** Slope 0 (or none) means that voxels are stored as they are. */
function scaling({ scl_slope, scl_inter }: NIFTI1, path: string): Pick<Header, "slope" | "intercept"> {
  if (scl_slope === 0 || !Number.isFinite(scl_slope)) return { slope: 1, intercept: 0 };
  if (!Number.isFinite(scl_inter))
    throw new Problem(`${path}: the header has scl_inter ${scl_inter}, expected a number; the header is damaged`);
  return { slope: scl_slope, intercept: scl_inter };
}

const millimetres: Record<number, number> = { 0: 1, 1: 1000, 2: 1, 3: 0.001 }; // by unit code: unknown, m, mm, µm

/** The sform if there is one, else the qform, else spacing alone (methods 3, 2 and 1 of the standard), in mm. */
function affineOf(header: NIFTI1, view: DataView, path: string): number[][] {
  const srow = (row: number) =>
    [0, 1, 2, 3].map((column) => view.getFloat32(280 + 16 * row + 4 * column, header.littleEndian));
  const diagonal = (row: number) =>
    [0, 1, 2, 3].map((column) => (column === row ? Math.abs(header.pixDims[row + 1]) : 0));
  const [rows, origin] =
    header.sform_code > 0
      ? [[0, 1, 2].map(srow), "sform"]
      : header.qform_code > 0
        ? [header.getQformMat().slice(0, 3), "qform"]
        : [[0, 1, 2].map(diagonal), "pixdim"];
  const [[a, b, c], [d, e, f], [g, h, i]] = rows;
  const voxel = Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g));
  if (!(voxel > 0) || !rows.flat().every(Number.isFinite))
    throw new Problem(
      `${path}: the ${origin} of the header gives voxels of ${voxel} mm³, expected a positive volume; the header is damaged`,
    );
  const unit = millimetres[header.xyzt_units & NIFTI1.SPATIAL_UNITS_MASK] ?? 1;
  return [...rows.map((row) => row.map((value) => value * unit)), [0, 0, 0, 1]];
}
