import { createReadStream, statSync } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { firstBytesOf, unreadable } from "../file.js";
import { orientation, turn, turnSlice } from "../geometry/orientation.js";
import { checkClaim, gzipProblem, isGzip, tooLong } from "../gzip.js";
import { labelOf } from "../labels.js";
import { zerosLike } from "../values.js";
import type { Volume } from "../volume.js";
import { checkLength, type Header, mostOf, volumeOf } from "../voxels.js";
import { readNiftiHeader } from "./bytes.js";
import { readNifti, readNiftiLabel } from "./index.js";

/** A slice of a volume whose axes were turned; the array is the caller's own. */
export interface TurnedSlice<A extends Float32Array | Uint8Array> {
  data: A; // [height, width]
  /** Its number in the turned volume, from 0. */
  z: number;
  shape: readonly [number, number];
}

/** The slices of a volume turned so that x, y, z point as `codes` says, without a turned copy of the whole. */
export function* turnedSlices<A extends Float32Array | Uint8Array>(
  volume: Volume<A>,
  codes: string,
): Generator<TurnedSlice<A>> {
  const turned = turn(volume, codes);
  const [depth, height, width] = turned.geometry.shape;
  for (let z = 0; z < depth; z++) {
    const data = zerosLike(volume.data, height * width);
    turnSlice(volume.data, turned, z, data);
    yield { data, z, shape: [height, width] };
  }
}

/**
 * The same of a NIfTI-1 file, in the order in which they lie in it and without ever holding more than a few of them, so that the largest CT needs little memory;
 * a file whose slices lie across those asked for is read whole. Throws what `readNifti` throws.
 */
export async function* niftiSlices(path: string, codes: string): AsyncGenerator<TurnedSlice<Float32Array>> {
  yield* slicesIn(path, codes, volumeOf, readNifti);
}

/** The same of a label map; a value that is not allowed throws a Problem. */
export async function* niftiLabelSlices(
  path: string,
  codes: string,
  allowed: readonly number[],
): AsyncGenerator<TurnedSlice<Uint8Array>> {
  const read = (bytes: Uint8Array, header: Header) => labelOf(bytes, header, allowed, path);
  yield* slicesIn(path, codes, read, () => readNiftiLabel(path, allowed));
}

/** As `readNifti`, slice by slice: it takes little more memory than the volume itself. */
export async function readLargeNifti(path: string): Promise<Volume> {
  const { shape, spacingMm, affine } = readNiftiHeader(path);
  const data = new Float32Array(shape[0] * shape[1] * shape[2]);
  for await (const slice of niftiSlices(path, orientation(affine))) data.set(slice.data, slice.z * slice.data.length);
  return { data, shape, spacingMm, affine, path };
}

async function* slicesIn<A extends Float32Array | Uint8Array>(
  path: string,
  codes: string,
  decode: (bytes: Uint8Array, header: Header, path: string) => Volume<A>,
  whole: (path: string) => Volume<A>,
): AsyncGenerator<TurnedSlice<A>> {
  const header = readNiftiHeader(path);
  const [depth, height, width] = header.shape;
  const deep = turn(header, codes).steps[2];
  if (Math.abs(deep) !== height * width) return yield* turnedSlices(whole(path), codes);
  let z = 0;
  for await (const bytes of blocks(path, header)) {
    const one: Header = { ...header, shape: [1, height, width], start: 0, end: bytes.length, z };
    for (const slice of turnedSlices(decode(bytes, one, path), codes))
      yield { ...slice, z: deep > 0 ? z : depth - 1 - z };
    z++;
  }
}

/** The bytes of the slices of a file, one after the other. */
async function* blocks(path: string, header: Header): AsyncGenerator<Uint8Array> {
  const size = (header.end - header.start) / header.shape[0];
  let block = Buffer.alloc(size);
  let end = 0; // of the bytes that have come
  for await (const chunk of chunksOf(path, header)) {
    const begin = end;
    end += chunk.length;
    if (end >= mostOf(header)) throw tooLong(header.end, path);
    for (let at = Math.max(begin, header.start); at < Math.min(end, header.end); ) {
      const place = (at - header.start) % size;
      const count = chunk.copy(block, place, at - begin, header.end - begin);
      at += count;
      if (place + count < size) continue;
      yield block;
      block = Buffer.alloc(size);
    }
  }
  checkLength({ length: end }, header, path);
}

const atOnce = 2 ** 20; // bytes

/** All bytes of a file, inflated if need be. */
export async function* chunksOf(path: string, header: Header): AsyncGenerator<Buffer> {
  const { size } = statSync(path);
  const isCompressed = isGzip(firstBytesOf(path, 2, expected));
  if (isCompressed) checkClaim(header, size, path);
  else checkLength({ length: size }, header, path);
  const file = createReadStream(path, { highWaterMark: atOnce });
  try {
    yield* isCompressed ? pipeline(file, createGunzip({ chunkSize: atOnce }), () => {}) : file; // an error comes out here, too
  } catch (error) {
    throw file.errored ? unreadable(path, expected, error) : gzipProblem(error, size, path);
  }
}

const expected = "a NIfTI image";
