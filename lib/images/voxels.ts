import { Problem } from "../problem.js";
import { sizeOf } from "./values.js";
import type { Geometry, Volume } from "./volume.js";

/** How a file may store voxels, by NumPy's names. */
export const kinds = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

type Kinds = typeof kinds;
/** A way to store voxels. */
export type Kind = keyof Kinds;
/** How this library writes voxels. */
export type Dtype = Exclude<Kind, "uint64" | "int64">;

/** What the header of a file says about its voxels. */
export interface Header extends Geometry {
  kind: Kind;
  isLittleEndian: boolean;
  /** Value = stored · slope + intercept. */
  slope: number;
  intercept: number;
  /** Where the voxels begin among the bytes of the file, inflated if need be, and where they end. */
  start: number;
  end: number;
  /** What was taken for values of the header that are missing or cannot be used, and what else of the file was passed over, in sentences. */
  remarks: readonly string[];
  /** How values are scaled, in the words of the format, for messages: "scl_slope 2, scl_inter 0". */
  scale?: string;
  /** Where these are but some slices of a volume: the number of the first, for messages. */
  z?: number;
  /** Where the file holds several volumes, one after the other: what they are, for messages. */
  series?: readonly string[];
}

const mostBytes = 2 ** 31; // what Node.js reads in one piece

type Form = Pick<Header, "shape" | "kind" | "series">;

/** Where voxels that begin at a byte end. Throws a Problem if that is beyond what memory should be taken for. */
export function endOf(form: Form, start: number, path: string): number {
  const { shape, kind, series = [""] } = form;
  const end = start + series.length * sizeOf(shape) * kinds[kind].BYTES_PER_ELEMENT;
  if (end <= mostBytes) return end;
  throw new Problem(
    `${path}: the header claims ${described(form)}, ${end} bytes, expected at most 2 GiB; the header is damaged, or cut the volume into parts`,
  );
}

/** Size and kind of the voxels, for messages: "4×3×2 voxels of int16", along x, y, z, and through a series of volumes. */
export function described({ shape: [z, y, x], kind, series }: Form): string {
  return `${[x, y, z, ...(series ? [series.length] : [])].join("×")} voxels of ${kind}`;
}

/** Throws a Problem where there are fewer bytes than the header announces, or so many more that it cannot be theirs. */
export function checkLength({ length }: { length: number }, header: Header, path: string): void {
  if (length >= header.end && length < mostOf(header)) return;
  const found = `found ${length} bytes, expected ${header.end} for ${described(header)}`;
  throw new Problem(
    length < header.end
      ? `${path}: truncated: ${found}; get it again`
      : `${path}: ${found}; header and voxels do not belong together`,
  );
}

/** From how many bytes on a file is none of this header: some programs leave a few behind the voxels, but not as many as the voxels have. */
export const mostOf = ({ start, end }: Header): number => 2 * end - start;

/** Says how many bytes lie behind the voxels, if any do. */
export const surplus = ({ length }: { length: number }, { end }: Header): string[] =>
  length > end ? [`${length - end} bytes lie behind the voxels; they were ignored`] : [];

/** The volume that header and bytes make up. A value that is not finite throws a Problem. */
export function volumeOf(bytes: Uint8Array, header: Header, path: string): Volume {
  return { data: intensities(stored(bytes, header), header, path), ...geometryOf(header), path };
}

/** The volumes that header and bytes make up, one after the other; the path of each names it, too. */
export function seriesOf(bytes: Uint8Array, header: Header, path: string): Volume[] {
  const { series = [], start, end } = header;
  const size = (end - start) / series.length;
  return series.map((name, i) =>
    volumeOf(bytes, { ...header, start: start + i * size, end: start + (i + 1) * size }, `${path} (${name})`),
  );
}

/** The bytes a volume is stored as, little-endian. Throws a Problem where a value does not fit. */
export function packed({ data, shape }: Volume<Float32Array | Uint8Array>, dtype: Dtype, path: string): Uint8Array {
  if (data.length !== sizeOf(shape))
    throw new RangeError(`${path}: found ${data.length} values, expected ${shape.join("×")}`);
  const voxels = new kinds[dtype](data);
  for (let i = 0; i < voxels.length; i++)
    if (voxels[i] !== data[i])
      throw new Problem(`${path}: the value ${data[i]} does not fit into ${dtype}; choose another dtype`);
  return new Uint8Array(voxels.buffer);
}

/** The geometry of a header. */
export const geometryOf = ({ shape, spacingMm, affine }: Header): Geometry => ({ shape, spacingMm, affine });

/** The voxels as they are stored, in the byte order of this machine. */
export function stored({ buffer, byteOffset }: Uint8Array, header: Header): InstanceType<Kinds[Kind]> {
  const { kind, isLittleEndian, start, end } = header;
  const size = kinds[kind].BYTES_PER_ELEMENT;
  const at = byteOffset + start;
  const isKept = kind === "float32" || kind === "uint8"; // as the data of a volume, which owns its memory; others are converted
  if (buffer instanceof ArrayBuffer && isLittleEndian && at % size === 0 && !isKept)
    return new kinds[kind](buffer, at, (end - start) / size);
  const part = Buffer.from(new Uint8Array(new Uint8Array(buffer, at, end - start)).buffer);
  if (!isLittleEndian) swap(part, size);
  return new kinds[kind](part.buffer, 0, part.length / size);
}

function swap(bytes: Buffer, size: number): void {
  if (size === 2) bytes.swap16();
  if (size === 4) bytes.swap32();
  if (size === 8) bytes.swap64();
}

/** Stored voxels as the intensities they stand for. One that is not finite throws a Problem. */
export function intensities(voxels: InstanceType<Kinds[Kind]>, header: Header, path: string): Float32Array {
  const { slope, intercept } = header;
  if (voxels instanceof BigInt64Array || voxels instanceof BigUint64Array)
    return Float32Array.from(voxels, (value) => Number(value) * slope + intercept);
  const data = voxels instanceof Float32Array ? voxels : new Float32Array(voxels);
  if (slope !== 1 || intercept !== 0) for (let i = 0; i < data.length; i++) data[i] = voxels[i] * slope + intercept;
  else if (!(voxels instanceof Float32Array || voxels instanceof Float64Array)) return data; // whole numbers are finite
  checkFinite(data, header, path);
  return data;
}

function checkFinite(data: Float32Array, header: Header, path: string): void {
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    const count = data.filter((value) => !Number.isFinite(value)).length;
    throw new Problem(
      `${path}: ${voxelsIn(count)} NaN, infinite or too large for float32, the first at ${placeOf(i, header)}, expected finite intensities; replace them and save it again`,
    );
  }
}

/** "1 voxel", "2 voxels". */
export const voxelsIn = (count: number) => `${count} voxel${count === 1 ? "" : "s"}`;

/** Where in a volume a value is, for messages. */
export const placeOf = (index: number, { shape: [, height, width], z = 0 }: Header) =>
  `x ${index % width}, y ${Math.floor(index / width) % height}, z ${z + Math.floor(index / width / height)}`;
