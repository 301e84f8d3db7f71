import { bytesOf } from "./file.js";
import { beginningOf, inflate, isGzip } from "./gzip.js";
import { headerSize, parseHeader } from "./niftiHeader.js";
import { checkLength, type Header } from "./voxels.js";

/** The header of a .nii or .nii.gz and all bytes of the file, inflated no further than the header announces. */
export function openNifti(path: string): { header: Header; bytes: Uint8Array } {
  const file = bytesOf(path, "a NIfTI image");
  const isCompressed = isGzip(file);
  const header = parseHeader(isCompressed ? beginningOf(file, headerSize, path) : file, path);
  const bytes = isCompressed ? inflate(file, header, path) : file;
  checkLength(bytes, header, path);
  return { header, bytes };
}
