import { bytesOf, firstBytesOf } from "../file.js";
import { beginningOf, inflate, isGzip } from "../gzip.js";
import { checkLength, surplus } from "../voxels.js";
import { headerSize, parseHeader, type Series } from "./header.js";

const enough = 16_384; // bytes of gzip to hold a header in, whatever was packed before it

/** What a NIfTI-1 header says, by the names that all formats share, and where it places the voxels. */
export type NiftiHeader = ReturnType<typeof parseHeader>;

/** The header of a .nii or .nii.gz of one volume, or of a series, alone, without reading its voxels. */
export function readNiftiHeader(path: string, wanted?: Series): NiftiHeader {
  const file = firstBytesOf(path, enough, "a NIfTI image");
  return parseHeader(isGzip(file) ? beginningOf(file, headerSize, path) : file, path, wanted);
}

/** The same and all bytes of the file, inflated no further than a header may announce. */
export function openNifti(path: string, wanted?: Series): { header: NiftiHeader; bytes: Uint8Array } {
  const file = bytesOf(path, "a NIfTI image");
  const isCompressed = isGzip(file);
  const header = parseHeader(isCompressed ? beginningOf(file, headerSize, path) : file, path, wanted);
  const bytes = isCompressed ? inflate(file, header, path) : file;
  checkLength(bytes, header, path);
  return { header: { ...header, remarks: [...header.remarks, ...surplus(bytes, header)] }, bytes };
}
