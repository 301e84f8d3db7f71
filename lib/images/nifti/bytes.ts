import { bytesOf, firstBytesOf } from "../file.js";
import { beginningOf, inflate, isGzip } from "../gzip.js";
import { checkLength, type Header } from "../voxels.js";
import { headerSize, parseHeader } from "./header.js";

const enough = 16_384; // bytes of gzip to hold a header in, whatever was packed before it

/** The header of a .nii or .nii.gz of one volume, or of a series, alone, without reading its voxels. */
export function readNiftiHeader(path: string, series?: readonly string[]): Header {
  const file = firstBytesOf(path, enough, "a NIfTI image");
  return parseHeader(isGzip(file) ? beginningOf(file, headerSize, path) : file, path, series);
}

/** The same and all bytes of the file, inflated no further than the header announces. */
export function openNifti(path: string, series?: readonly string[]): { header: Header; bytes: Uint8Array } {
  const file = bytesOf(path, "a NIfTI image");
  const isCompressed = isGzip(file);
  const header = parseHeader(isCompressed ? beginningOf(file, headerSize, path) : file, path, series);
  const bytes = isCompressed ? inflate(file, header, path) : file;
  checkLength(bytes, header, path);
  return { header, bytes };
}
