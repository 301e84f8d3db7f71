import { statSync } from "node:fs";
import { Problem } from "../../problem.js";
import { most } from "../gzip.js";
import { sizeOf, type Values } from "../values.js";
import type { H5Dataset } from "./file.js";
import { areHalves, halvesOf } from "./half.js";
import { type Heap, inRoom, mostMemory } from "./memory.js";

/**
 * The numbers of a dataset; whole numbers of 64 bits become floats of 64. Throws a Problem before memory is taken for more than there should be:
 * where a dataset claims more than its file can hold, and where its chunks inflate to more than they claim.
 */
export function numbersOf(dataset: H5Dataset, heap: Heap, path: string): Values | Uint32Array {
  const field = `${path}: dataset ${JSON.stringify(dataset.path.replace(/^\//, ""))}`;
  const { size: length } = statSync(path);
  checkSize(dataset, length, field);
  const { room, parts } = needsOf(dataset, length);
  const tooLittle = () =>
    new Problem(
      `${field} takes more than ${room} bytes of memory, expected no more for ${parts}; the file is damaged, or save it in larger chunks`,
    );
  try {
    return inRoom(heap, room, () => (areHalves(dataset) ? halvesOf(dataset) : numbers(dataset)), tooLittle);
  } catch (error) {
    const [, missing] = /required filter '([^']*)' is not registered/.exec(String(error)) ?? [];
    throw missing === undefined ? error : unknownFilter(dataset, missing, field);
  }
}

/** HDF5 itself has gzip; other ways to pack are plugins of the program that wrote the file. */
function unknownFilter({ filters }: H5Dataset, name: string, field: string): Problem {
  const id = filters.find((filter) => filter.name === name)?.id ?? filters.find((filter) => filter.id > 255)?.id;
  return new Problem(
    `${field} is packed with the filter ${name || "without a name"}${id === undefined ? "" : ` (number ${id})`}, expected gzip or none; save it anew with gzip (in h5py: compression="gzip")`,
  );
}

/** Throws a Problem where a dataset claims more than memory should be taken for, or more than its file can hold: such values were never written. */
function checkSize({ shape, metadata: { size } }: H5Dataset, length: number, field: string): void {
  const bytes = sizeOf(shape ?? []) * size;
  const claim = `${field} claims ${shape?.join("×")} values, ${bytes} bytes`;
  if (bytes > mostMemory)
    throw new Problem(`${claim}, expected at most 2 GiB; the file is damaged, or cut the data into parts`);
  if (bytes > most(length))
    throw new Problem(`${claim}, more than a file of ${length} bytes can hold; they were never written, get it again`);
}

/**
 * The memory that HDF5 needs at most to read a dataset, in bytes: for all values; for one chunk as it is stored, inflated into a buffer that doubles until it is large enough
 * and is copied by the filter behind, six chunks at most; for what it notes about each chunk, 4 KiB; and for its cache and whatever else.
 */
function needsOf({ metadata: { shape, chunks, size } }: H5Dataset, length: number): { room: number; parts: string } {
  const whole = shape ?? [];
  const chunk = chunks ?? whole;
  const chunkBytes = Math.min(sizeOf(chunk) * size, most(length));
  const count = Math.min(sizeOf(whole.map((values, axis) => Math.ceil(values / chunk[axis]))), length / 8); // each has its address in the file
  return {
    room: Math.min(sizeOf(whole) * size + 6 * chunkBytes + 4096 * Math.ceil(count) + 2 ** 25, mostMemory),
    parts: `${whole.join("×")} values in chunks of ${chunk.join("×")}`,
  };
}

function numbers({ value }: H5Dataset): Values | Uint32Array {
  if (typeof value === "number") return Float64Array.of(value);
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) return Float64Array.from(value, Number);
  if (value instanceof Uint8ClampedArray || !ArrayBuffer.isView(value))
    throw new TypeError("HDF5 gave no array of numbers");
  return value;
}
