import { existsSync } from "node:fs";
import { join } from "node:path";
import { wholeOf } from "../../images/labels.js";
import { readLargeNifti } from "../../images/nifti/slices.js";
import type { Volume } from "../../images/volume.js";
import { Problem } from "../../problem.js";
import { namesIn } from "../places.js";

/** The two halves of MMWHS, as their files are named. */
export const modalities = ["mr", "ct"] as const;
/** One of them. */
export type Modality = (typeof modalities)[number];

/** Files of a volume such as "mr_train_1001", whether they exist or not. */
export interface MmwhsFiles {
  modality: Modality;
  image(id: string): string;
  label(id: string): string;
}

/** The labelled volumes of a modality in a folder: in `mr_train` or `ct_train` there, or in the folder itself; undefined where there are none. */
export function mmwhsFilesIn(folder: string, modality: Modality): MmwhsFiles | undefined {
  const root = [join(folder, `${modality}_train`), folder].find((place) =>
    namesIn(place).some((name) => new RegExp(`^${modality}_train_10\\d\\d_image\\.nii(\\.gz)?$`).test(name)),
  );
  if (root === undefined) return undefined;
  const path = (name: string) => {
    const packed = join(root, `${name}.nii.gz`);
    const plain = packed.slice(0, -3);
    return !existsSync(packed) && existsSync(plain) ? plain : packed;
  };
  return { modality, image: (id) => path(`${id}_image`), label: (id) => path(`${id}_label`) };
}

/** Values of the structures in the files, in the order of the paper's columns: the first is class 1. */
const stored = [500, 600, 420, 550, 205, 820, 850]; // LV, RV, LA, RA, Myo, AA, PA
const stray = 421;
const known = [0, ...stored];

/** The label map of a file with classes from 0 to 7. Any other value throws a Problem; 421 does not where it is to count as 420. */
export async function readMmwhsLabel(path: string, strayLabel: "error" | "421as420"): Promise<Volume<Uint8Array>> {
  const volume = await readLargeNifti(path);
  const classes = new Map(known.map((value, at) => [value, at]));
  if (strayLabel === "421as420") classes.set(stray, known.indexOf(420));
  const data = new Uint8Array(volume.data.length);
  const unknown = new Map<number, number>();
  for (let i = 0; i < data.length; i++) {
    const value = wholeOf(volume.data[i]);
    if (value === 0) continue;
    const found = classes.get(value);
    if (found === undefined) unknown.set(value, (unknown.get(value) ?? 0) + 1);
    else data[i] = found;
  }
  if (unknown.size > 0) throw unknownLabels(path, unknown);
  return { ...volume, data };
}

const listed = 5;

function unknownLabels(path: string, unknown: ReadonlyMap<number, number>): Problem {
  const values = [...unknown].slice(0, listed).map(([value, count]) => `${value} (${count} voxels)`);
  const others = unknown.size > listed ? ` and ${unknown.size - listed} other values` : "";
  const advice = unknown.has(stray)
    ? 'one MR label is said to hold 421 for the left atrium, 420: if that is what this is, choose the option strayLabel "421as420"'
    : "get the file again";
  return new Problem(
    `${path}: found label ${values.join(", ")}${others}, expected only ${known.join(", ")}; ${advice}`,
  );
}
