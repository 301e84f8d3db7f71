import { readNiftiHeader } from "./nifti/bytes.js";
import { niftiEnding } from "./nifti/name.js";
import { chunksOf } from "./nifti/slices.js";
import { openNrrd } from "./nrrd/index.js";
import { surplus } from "./voxels.js";

/** What was taken for values of a file's header that are missing or cannot be used, and what of it was passed over, in sentences; of formats without a header none. */
export async function remarksOn(path: string): Promise<readonly string[]> {
  if (/\.nrrd$/i.test(path)) return openNrrd(path).header.remarks;
  if (!niftiEnding.test(path)) return [];
  const header = readNiftiHeader(path, "any");
  let length = 0;
  for await (const chunk of chunksOf(path, header)) length += chunk.length;
  return [...header.remarks, ...surplus({ length }, header)];
}

/** Remarks on files as sentences, those that are true of several said once: "5 images (the first is c0.nii.gz): …". */
export function sentences(remarks: readonly { path: string; remark: string }[], kind = "files"): string[] {
  const found = new Map<string, string[]>();
  for (const { path, remark } of remarks) found.set(remark, [...(found.get(remark) ?? []), path]);
  return [...found].map(([remark, paths]) => {
    const who = paths.length === 1 ? paths[0] : `${paths.length} ${kind} (the first is ${paths[0]})`;
    return `${who}: ${remark}`;
  });
}
