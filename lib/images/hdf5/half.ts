import type { H5Dataset } from "./file.js";

/** Whether a dataset holds half floats, which the library does not hand out. */
export const areHalves = ({ metadata: { type, size } }: H5Dataset): boolean => type === 1 && size === 2;

/** The half floats of a dataset as float32: the library is made to hand out their bits as whole numbers. */
export function halvesOf(dataset: H5Dataset): Float32Array {
  Object.defineProperty(dataset, "metadata", { value: { ...dataset.metadata, type: 0, signed: false } });
  const { value } = dataset;
  if (!(value instanceof Uint16Array)) throw new TypeError("HDF5 gave no bits of half floats");
  return Float32Array.from(value, fromHalf);
}

/** IEEE 754 binary16: one bit of sign, five of exponent (bias 15), ten of fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
