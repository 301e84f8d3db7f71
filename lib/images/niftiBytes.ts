import { constants, gunzipSync } from "node:zlib";
import { Problem } from "../problem.js";
import { bytesOf } from "./file.js";
import { type Header, headerSize, parseHeader } from "./niftiHeader.js";

/** The header of a .nii or .nii.gz and all bytes of the file, inflated no further than the header announces. */
export function openNifti(path: string): { header: Header; bytes: Uint8Array } {
  const file = bytesOf(path, "a NIfTI image");
  const isCompressed = file[0] === 0x1f && file[1] === 0x8b;
  const header = parseHeader(isCompressed ? beginning(file, path) : file, path);
  const bytes = isCompressed ? inflate(file, header, path) : file;
  if (bytes.length < header.end)
    throw new Problem(
      `${path}: truncated: found ${bytes.length} bytes, expected ${header.end} for ${described(header)}; get it again`,
    );
  if (bytes.length > header.end)
    throw new Problem(
      `${path}: found ${bytes.length} bytes, expected ${header.end} for ${described(header)}; header and voxels do not belong together`,
    );
  return { header, bytes };
}

function described({ shape: [z, y, x], kind }: Header): string {
  return `${x}×${y}×${z} voxels of ${kind.name}`;
}

/** The first inflated bytes, at least a header if the file has so many. */
function beginning(file: Buffer, path: string): Uint8Array {
  for (let size = 1024; ; size *= 8) {
    const part = unzip(file.subarray(0, size), path, { finishFlush: constants.Z_SYNC_FLUSH });
    if (part.length >= headerSize || size >= file.length) return part;
  }
}

/** Deflate packs at most 1032 bytes into one, so a header that claims more lies, and no memory is taken for it. */
function inflate(file: Buffer, header: Header, path: string): Uint8Array {
  if (header.end > 1032 * file.length)
    throw new Problem(
      `${path}: the header claims ${described(header)}, ${header.end} bytes, more than ${file.length} bytes of gzip can hold; the header is damaged, or the file is truncated`,
    );
  return unzip(file, path, { maxOutputLength: header.end, chunkSize: header.end + 64 });
}

function unzip(
  file: Buffer,
  path: string,
  options: { finishFlush?: number; maxOutputLength?: number; chunkSize?: number },
): Uint8Array {
  try {
    return gunzipSync(file, options);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code === "Z_BUF_ERROR")
      throw new Problem(`${path}: truncated: the gzip stream breaks off after ${file.length} bytes; get it again`);
    if (error.code === "ERR_BUFFER_TOO_LARGE")
      throw new Problem(
        `${path}: inflates to more than the ${options.maxOutputLength} bytes that its header announces; header and voxels do not belong together`,
      );
    throw new Problem(`${path}: damaged: gzip says "${error.message}"; get it again`);
  }
}
