import { Problem } from "../problem.js";
import { openNifti } from "./niftiBytes.js";
import type { Header } from "./niftiHeader.js";
import type { Geometry, Volume } from "./volume.js";

export { writeNifti } from "./niftiWrite.js";

/**
 * The volume in a NIfTI-1 file (.nii or .nii.gz), intensities scaled as the header says (slope 0: as stored).
 * Throws a Problem if it is damaged, truncated, not one volume, or holds anything but finite numbers.
 */
export function readNifti(path: string): Volume {
  const { header, bytes } = openNifti(path);
  return { data: intensities(stored(bytes, header), header, path), ...geometryOf(header), path };
}

/** The label map in a NIfTI-1 file. A value that is not allowed (such as 1.5 in a map of floats) throws a Problem that says which, how often and where. */
export function readNiftiLabel(path: string, allowed: readonly number[]): Volume<Uint8Array> {
  const { header, bytes } = openNifti(path);
  const found = stored(bytes, header);
  const values =
    found instanceof Uint8Array && header.slope === 1 && header.intercept === 0
      ? found
      : intensities(found, header, path);
  const isAllowed = new Uint8Array(256);
  for (const value of allowed) isAllowed[value] = 1;
  for (let i = 0; i < values.length; i++)
    if (isAllowed[values[i]] !== 1) throw unknownLabels(values, header.shape, allowed, path); // a fraction or a negative number is no index
  return { data: values instanceof Uint8Array ? values : new Uint8Array(values), ...geometryOf(header), path };
}

const geometryOf = ({ shape, spacingMm, affine }: Header): Geometry => ({ shape, spacingMm, affine });

type Stored = InstanceType<Header["kind"]["array"]>;

/** The voxels as they are stored, in the byte order of this machine. */
function stored(bytes: Uint8Array, { kind, isLittleEndian, start, end }: Header): Stored {
  const part = Buffer.from(new Uint8Array(bytes.subarray(start, end)).buffer); // a copy of its own, so that views are aligned
  if (!isLittleEndian) swap(part, kind.array.BYTES_PER_ELEMENT);
  return new kind.array(part.buffer, 0, part.length / kind.array.BYTES_PER_ELEMENT);
}

function swap(bytes: Buffer, size: number): void {
  if (size === 2) bytes.swap16();
  if (size === 4) bytes.swap32();
  if (size === 8) bytes.swap64();
}

function intensities(voxels: Stored, { slope, intercept, shape }: Header, path: string): Float32Array {
  if (voxels instanceof BigInt64Array || voxels instanceof BigUint64Array)
    return Float32Array.from(voxels, (value) => Number(value) * slope + intercept);
  const data = voxels instanceof Float32Array ? voxels : new Float32Array(voxels);
  if (slope !== 1 || intercept !== 0) for (let i = 0; i < data.length; i++) data[i] = voxels[i] * slope + intercept;
  else if (!(voxels instanceof Float32Array || voxels instanceof Float64Array)) return data; // whole numbers are finite
  checkFinite(data, shape, path);
  return data;
}

function checkFinite(data: Float32Array, shape: Geometry["shape"], path: string): void {
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    const count = data.filter((value) => !Number.isFinite(value)).length;
    throw new Problem(
      `${path}: ${voxels(count)} NaN, infinite or too large for float32, the first at ${place(i, shape)}, expected finite intensities; replace them and save it again`,
    );
  }
}

const listed = 5;

function unknownLabels(
  data: Float32Array | Uint8Array,
  shape: Geometry["shape"],
  allowed: readonly number[],
  path: string,
): Problem {
  const found = new Map<number, { count: number; first: number }>();
  let others = 0;
  for (let i = 0; i < data.length; i++) {
    if (allowed.includes(data[i])) continue;
    const known = found.get(data[i]);
    if (known) known.count++;
    else if (found.size < listed) found.set(data[i], { count: 1, first: i });
    else others++;
  }
  const values = [...found].map(
    ([value, { count, first }]) => `${value} (${voxels(count)}, the first at ${place(first, shape)})`,
  );
  if (others > 0) values.push(`others (${voxels(others)})`);
  return new Problem(
    `${path}: found label ${values.join(", ")}, expected only ${allowed.join(", ")}; correct the file or the list of classes`,
  );
}

const voxels = (count: number) => `${count} voxel${count === 1 ? "" : "s"}`;

const place = (index: number, [, height, width]: Geometry["shape"]) =>
  `x ${index % width}, y ${Math.floor(index / width) % height}, z ${Math.floor(index / width / height)}`;
