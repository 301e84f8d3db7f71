import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { makeFolder, onDisk } from "../disk.js";
import { niftiEnding } from "../images/nifti/name.js";
import { Problem } from "../problem.js";
import { photographEnding } from "./photographs.js";

/** What images and their masks are called, what images are in words, and the ending of a mask that is named after its image. */
export interface ImageForm {
  ending: RegExp;
  maskEnding: RegExp;
  what: string;
  /** How another file becomes one. */
  remedy: string;
  mask: string;
}

/** Scans in NIfTI or NRRD files; their masks are NIfTI files. */
export const scanForm: ImageForm = {
  ending: /\.(nii(\.gz)?|nrrd)$/i,
  maskEnding: niftiEnding,
  what: "NIfTI or NRRD file (.nii, .nii.gz or .nrrd)",
  remedy: "convert it first, a DICOM series for example with dcm2niix",
  mask: ".nii.gz",
};

/** Photographs; their masks are PNG files, for JPEG would blur them. */
export const photographForm: ImageForm = {
  ending: photographEnding,
  maskEnding: /\.png$/i,
  what: "PNG or JPEG picture",
  remedy: "the network was trained on photographs: convert it first",
  mask: ".png",
};

/** The scans that some words name: files, folders (every scan right inside, or pictures), and patterns with * or ? in the last part of a path. A link that leads nowhere is one, too, for its reader to refuse. */
export function scansOf(words: readonly string[], { ending, what, remedy }: ImageForm = scanForm): string[] {
  const found = words.flatMap((word) => {
    if (!existsSync(word)) return isLink(word) ? [word] : matching(word);
    return statSync(word).isDirectory() ? inside(word, ending, what) : [word];
  });
  const other = found.find((path) => !ending.test(path));
  if (other !== undefined) throw new Problem(`${other}: expected a ${what}; ${remedy}`);
  return [...new Map(found.map((path) => [resolve(path), path])).values()];
}

const isLink = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;

/** Files of a pattern that the shell has left as it is. */
function matching(word: string): string[] {
  const [folder, pattern] = [dirname(word), basename(word)];
  if (!/[*?]/.test(pattern) || !existsSync(folder))
    throw new Problem(
      `${word}: not found, expected a scan, a folder of scans, or a pattern with * in its last part; check the name`,
    );
  const parts = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return inside(folder, new RegExp(`^${parts}$`), `file like ${pattern}`);
}

function inside(folder: string, name: RegExp, expected: string): string[] {
  const names = onDisk(folder, () => readdirSync(folder)).filter((one) => name.test(one) && !one.startsWith("."));
  if (names.length === 0) throw new Problem(`${folder}: found no ${expected}; name another folder`);
  return names.sort().map((one) => join(folder, one));
}

/** Which files are written beside the mask. */
export interface Wanted {
  probabilities?: boolean;
  uncertainty?: boolean;
  preview?: boolean;
}

/** Where the results of a scan go. */
export interface Results {
  mask: string;
  /** One for each foreground class. */
  probabilities: string[];
  uncertainty?: string;
  preview?: string;
}

/** The results' places: `out` is the mask of a single scan, or a folder where each mask is named as its scan. Throws a Problem where it is the name of a file that no mask, or not every mask, can have. */
export function resultsOf(
  scans: readonly string[],
  out: string,
  foreground: readonly string[],
  { probabilities, uncertainty, preview }: Wanted,
  form: ImageForm = scanForm,
): Results[] {
  const isMask = form.maskEnding.test(out);
  if (form.ending.test(out) && !isMask)
    throw new Problem(
      `${out}: found the name of an image, expected that of a mask (${form.mask}) or a folder; rename it`,
    );
  if (scans.length > 1 && isMask)
    throw new Problem(`${out}: found the name of one file for ${scans.length} scans, expected a folder; name a folder`);
  return scans.map((scan) => {
    const mask = isMask ? out : join(out, basename(scan).replace(form.ending, form.mask));
    const beside = (what: string, end = form.mask) => mask.replace(form.maskEnding, `_${what}${end}`);
    return {
      mask,
      probabilities: probabilities ? foreground.map((name) => beside(name.replace(/[^\p{L}\p{N}.-]+/gu, "-"))) : [],
      ...(uncertainty && { uncertainty: beside("uncertainty") }),
      ...(preview && { preview: beside("preview", ".png") }),
    };
  });
}

/** Makes the folders of the results. Throws a Problem where two would share a name, one would replace a scan, or, unless told to overwrite, one is there already. */
export function makeRoom(scans: readonly string[], results: readonly Results[], { overwrite = false } = {}): void {
  const files = results.flatMap(({ mask, probabilities, uncertainty, preview }) =>
    [mask, ...probabilities, uncertainty, preview].filter((path) => path !== undefined),
  );
  const twice = files.find((path, at) => files.indexOf(path) !== at);
  if (twice !== undefined)
    throw new Problem(`${twice}: two results would have this name; segment them into folders of their own`);
  const there = files.filter((path) => existsSync(path));
  const sources = new Set(
    scans.filter((path) => existsSync(path)).map((path) => onDisk(path, () => realpathSync(path))),
  );
  const source = there.find((path) => sources.has(realpathSync(path)));
  if (source !== undefined)
    throw new Problem(`${source}: a result would replace this scan; choose another place for the results`);
  if (there.length > 0 && !overwrite)
    throw new Problem(
      `${there[0]}: is there already${there.length > 1 ? ` (and ${there.length - 1} more)` : ""}; choose another place, or add --overwrite to replace it`,
    );
  for (const folder of new Set(files.map(dirname))) makeFolder(folder);
}
