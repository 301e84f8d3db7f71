import { constants, gunzipSync } from "node:zlib";
import { Problem } from "../problem.js";
import { described, type Header, mostOf } from "./voxels.js";

/** Whether bytes begin as gzip does. */
export const isGzip = (file: Uint8Array): boolean => file[0] === 0x1f && file[1] === 0x8b;

/** The first inflated bytes, at least `count` if the file has so many. */
export function beginningOf(file: Uint8Array, count: number, path: string): Uint8Array {
  for (let size = 1024; ; size *= 8) {
    const part = unzip(file.subarray(0, size), path, { finishFlush: constants.Z_SYNC_FLUSH });
    if (part.length >= count || size >= file.length) return part;
  }
}

/** Everything that is packed, no further than a header allows for. Deflate packs at most 1032 bytes into one, so a header that claims more lies, and no memory is taken for it. */
export function inflate(file: Uint8Array, header: Header, path: string): Uint8Array {
  checkClaim(header, file.length, path);
  return unzip(file, path, { maxOutputLength: mostOf(header) - 1, chunkSize: header.end + 64 }, header.end);
}

/** Throws a Problem where a header claims more voxels than so many bytes of gzip can hold. */
export function checkClaim(header: Header, packed: number, path: string): void {
  if (header.end > most(packed))
    throw new Problem(
      `${path}: the header claims ${described(header)}, ${header.end} bytes, more than ${packed} bytes of gzip can hold; the header is damaged, or the file is truncated`,
    );
}

/** How many bytes deflate can have packed into so many. */
export const most = (packed: number): number => 1032 * packed;

function unzip(
  file: Uint8Array,
  path: string,
  options: { finishFlush?: number; maxOutputLength?: number; chunkSize?: number },
  announced?: number,
): Uint8Array {
  try {
    return gunzipSync(file, options);
  } catch (error) {
    throw gzipProblem(error, file.length, path, announced);
  }
}

/** What is wrong where more comes out than was announced. */
export const tooLong = (announced: number, path: string): Problem =>
  new Problem(
    `${path}: inflates to more than the ${announced} bytes that its header announces; header and voxels do not belong together`,
  );

/** What was wrong with so many bytes of gzip; any other error as it is. */
export function gzipProblem(error: unknown, packed: number, path: string, announced = 0): unknown {
  if (!(error instanceof Error && "code" in error)) return error;
  if (error.code === "Z_BUF_ERROR")
    return new Problem(`${path}: truncated: the gzip stream breaks off after ${packed} bytes; get it again`);
  if (error.code === "ERR_BUFFER_TOO_LARGE") return tooLong(announced, path);
  return new Problem(`${path}: damaged: gzip says "${error.message}"; get it again`);
}
