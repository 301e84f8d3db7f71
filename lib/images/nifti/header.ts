import { NIFTI1 } from "nifti-reader-js";
import { Problem } from "../../problem.js";
import { endOf, type Header, type Kind } from "../voxels.js";
import { type Placed, placed } from "./placement.js";

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

/** What a file of four dimensions is to hold: one volume by default, those of a series by their names, or however many. */
export type Series = readonly string[] | "any";

/** Reads the first 348 bytes of a NIfTI-1 file; whatever could not be trusted later on throws a Problem, and what was replaced is among the remarks. */
export function parseHeader(bytes: Uint8Array, path: string, wanted?: Series): Header & Pick<Placed, "placement"> {
  const view = new DataView(new Uint8Array(bytes.subarray(0, headerSize)).buffer);
  checkMagic(view, path);
  const header = new NIFTI1();
  header.readHeader(view.buffer);
  const {
    sizes: [x, y, z],
    series,
    remarks,
  } = sizesOf(header, path, wanted);
  const kind = kindOf[header.datatypeCode];
  if (!kind)
    throw new Problem(
      `${path}: voxels are ${header.getDatatypeCodeString(header.datatypeCode)} (datatype ${header.datatypeCode}), expected whole numbers or floats; convert the file first`,
    );
  const scaled = scaling(header, path);
  const start = header.vox_offset;
  if (!Number.isInteger(start) || start < 352)
    throw new Problem(
      `${path}: the header says that voxels begin at byte ${start}, expected 352 or more; the header is damaged`,
    );
  const shape: Header["shape"] = [z, y, x];
  const end = endOf({ shape, kind, series }, start, path);
  const { affine, placement, remarks: others } = placed(header, view, [x, y, z], path);
  const [dx, dy, dz] = [0, 1, 2].map((axis) => Math.hypot(affine[0][axis], affine[1][axis], affine[2][axis]));
  return {
    shape,
    spacingMm: [dz, dy, dx],
    affine,
    kind,
    isLittleEndian: header.littleEndian,
    ...scaled,
    start,
    end,
    ...(series && { series }),
    placement,
    remarks: [...remarks, ...others, ...scaled.remarks],
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

/** Sizes along x, y, z, and what the volumes of a series are; an axis of 0 voxels that holds none of them counts as one of 1. */
function sizesOf({ dims }: NIFTI1, path: string, wanted?: Series) {
  const [count, ...all] = dims;
  const expected = wanted === undefined ? 3 : 4;
  if (count < 1 || count > 7)
    throw new Problem(`${path}: the header claims ${count} dimensions, expected ${expected}; the header is damaged`);
  const found = all.slice(0, count);
  const isUnused = (size: number, axis: number) => size === 0 && axis > 0;
  if (found.some((size, axis) => size < 1 && !isUnused(size, axis)))
    throw new Problem(
      `${path}: the header claims ${found.join("×")} voxels, expected at least one along each axis; the header is damaged`,
    );
  const used = found.map((size) => Math.max(size, 1));
  const [volumes = 1, ...others] = used.slice(3);
  const series =
    wanted === "any" && volumes > 1 ? Array.from({ length: volumes }, (_, i) => `${i + 1}`) : named(wanted);
  if (volumes !== (series?.length ?? 1) || others.some((size) => size > 1)) {
    const form = series
      ? `4, the last of ${series.length}: ${series.join(", ")}; save these in this order in one file`
      : "one volume of 3; split it into volumes first";
    throw new Problem(`${path}: found ${count} dimensions (${used.join("×")}), expected ${form}`);
  }
  const zeros = found.includes(0) ? [`the header claims ${found.join("×")} voxels; 0 was taken as 1`] : [];
  return { sizes: [...used, 1, 1].slice(0, 3), series, remarks: zeros };
}

const named = (wanted?: Series) => (wanted === "any" ? undefined : wanted);

/** Slope 0 (or none) means that voxels are stored as they are. */
function scaling(
  { scl_slope, scl_inter }: NIFTI1,
  path: string,
): Pick<Header, "slope" | "intercept" | "scale" | "remarks"> {
  const scale = `scl_slope ${scl_slope}, scl_inter ${scl_inter}`;
  const isNone = scl_slope === 0 || Number.isNaN(scl_slope); // as nibabel writes it
  if (isNone || !Number.isFinite(scl_slope))
    return {
      slope: 1,
      intercept: 0,
      scale,
      remarks: isNone ? [] : [`the header has scl_slope ${scl_slope}; taken as 1`],
    };
  if (!Number.isFinite(scl_inter))
    throw new Problem(`${path}: the header has scl_inter ${scl_inter}, expected a number; the header is damaged`);
  return { slope: scl_slope, intercept: scl_inter, scale, remarks: [] };
}
