import { readFileSync } from "node:fs";
import { crc32, deflateRawSync, gzipSync, constants as zlib } from "node:zlib";
import { stream } from "../../../lib/engine/random.js";
import { library } from "../../../lib/images/hdf5/file.js";
import { writeH5 } from "../../../lib/images/hdf5/index.js";
import { type Change, place, written } from "./files.js";

const zeros = Buffer.alloc(2 ** 22);
const often = <T>(part: T) => Array<T>(512).fill(part); // 2 GiB of zeros

/** A gzip file that goes on with 2 GiB of zeros. */
export const gzipBomb: Change = (bytes) => Buffer.concat([bytes, ...often(gzipSync(zeros))]);

const zlibBomb = (): Buffer =>
  Buffer.concat([Buffer.of(0x78, 0x01), ...often(deflateRawSync(zeros, { finishFlush: zlib.Z_FULL_FLUSH }))]);

/** A PNG file with this header and a stream of 2 GiB of zeros. */
export function pngBomb(name: string, width: number, height: number, { colorType = 0 } = {}): string {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colorType], 8);
  return written(
    name,
    Buffer.concat([
      Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
      chunk("IHDR", header),
      chunk("IDAT", zlibBomb()),
      chunk("IEND", Buffer.alloc(0)),
    ]),
  );
}

function chunk(kind: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** An HDF5 file whose only chunk, of 140×140×140 bytes, inflates to 2 GiB of zeros. */
export async function chunkBomb(name: string): Promise<string> {
  const rng = stream(0, "noise"); // is not compressed, so that its place in the file is large enough
  const data = Uint8Array.from({ length: 140 ** 3 }, () => rng.integer(0, 256));
  await writeH5(place(name), { image: { data, shape: [140, 140, 140] } }, { compressed: true });
  const bytes = readFileSync(place(name));
  zlibBomb().copy(bytes, bytes.indexOf("\x78\x5e", 0, "latin1")); // how gzip of level 4 begins
  return written(name, bytes);
}

/** An HDF5 file whose dataset was made large and never written. */
export async function unwritten(name: string, shape: number[]): Promise<string> {
  const hdf5 = await library();
  const file = new hdf5.File(place(name), "w");
  const maxshape = shape.map(() => null);
  const small = shape.map(() => 2);
  const data = new Float32Array(2 ** shape.length);
  file.create_dataset({ name: "image", data, shape: small, chunks: small, maxshape }).resize(shape);
  file.close();
  return place(name);
}
