import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { stream } from "../../lib/engine/random.js";
import { reorient } from "../../lib/images/geometry/orientation.js";
import { writeH5 } from "../../lib/images/hdf5/index.js";
import { writeNifti } from "../../lib/images/nifti/index.js";
import { niftiBytes } from "../../lib/images/nifti/write.js";
import type { Volume } from "../../lib/images/volume.js";
import { temporary } from "../temporary.js";

/** Writes lists into a new folder. */
export function writeLists(lists: Readonly<Record<string, readonly string[]>>): string {
  const folder = temporary("arco-lists-");
  for (const [name, ids] of Object.entries(lists)) writeFileSync(join(folder, `${name}.txt`), `${ids.join("\n")}\n`);
  return folder;
}

interface Scan {
  image: Volume;
  label: Volume<Uint8Array>;
}

/** A box of classes 1, 2, … on noise, in LPS; every volume of another size. */
function scan(id: string, classes: number, intensity: (label: number, noise: number) => number): Scan {
  const rng = stream(0, id);
  const number = Number(id.slice(-3));
  const [depth, height, width] = [6 + (number % 3), 20 + (number % 4), 18 + (number % 5)];
  const shape = [depth, height, width] as const;
  const label = new Uint8Array(depth * height * width);
  const image = new Float32Array(label.length);
  for (let i = 0; i < label.length; i++) {
    const [z, y, x] = [Math.floor(i / width / height), Math.floor(i / width) % height, i % width];
    const isInside = z > 0 && z < depth - 2 && y > 3 && y < 15 && x > 2 && x < 3 + 2 * classes;
    label[i] = isInside ? 1 + Math.floor((x - 3) / 2) : 0;
    image[i] = Math.round(intensity(label[i], rng.uniform()));
  }
  const geometry = {
    shape,
    spacingMm: [2.5, 0.75, 0.5] as const,
    affine: [
      [-0.5, 0, 0, 90],
      [0, -0.75, 0, 70],
      [0, 0, 2.5, -300],
      [0, 0, 0, 1],
    ],
    path: id,
  };
  return { image: { data: image, ...geometry }, label: { data: label, ...geometry } };
}

/** Where the files of a form lie, and which way they are stored. */
interface Form {
  image: (number: number) => string;
  label: (number: number) => string;
  codes: string;
}

const challenge: Form = {
  image: (number) => `volume-${number}.nii.gz`,
  label: (number) => `segmentation-${number}.nii.gz`,
  codes: "LPS",
};
const batch = (number: number) => `Training Batch ${number < 28 ? 1 : 2}`;
const litsForms = {
  challenge,
  batches: {
    image: (number) => join(batch(number), `volume-${number}.nii`),
    label: (number) => join(batch(number), `segmentation-${number}.nii`),
    codes: "LPS",
  },
  "stored as RAS": { ...challenge, codes: "RAS" },
  "stored head first": { ...challenge, codes: "ALI" },
  "stored across": { ...challenge, codes: "SAR" },
  MSD: {
    image: (number) => join("Task03_Liver", "imagesTr", `liver_${number}.nii.gz`),
    label: (number) => join("Task03_Liver", "labelsTr", `liver_${number}.nii.gz`),
    codes: "RAS",
  },
} satisfies Record<string, Form>;

/** Forms of NIfTI files that LiTS may have. */
export const litsFormNames = Object.keys(litsForms) as (keyof typeof litsForms)[];

export const litsIds = ["case0001", "case0003", "case0030", "case0101"];

/** Three volumes to train on, one to test. */
export const litsLists = () =>
  writeLists({ train_all: ["case0003", "case0001", "case0030"], train_1: ["case0003"], test: ["case0101"] });

/** A CT with a liver (1) and a lesion (2), in HU, with padding far below air. */
export const ct = (id: string): Scan =>
  scan(id, 2, (label, noise) => (noise < 0.1 ? -3024 : [-1000 + 1500 * noise, 60 + 40 * noise, 20][label]));

/** Writes the volumes in one of the forms of LiTS; labels of the cases named are rubbish. */
export function writeLits(
  form: keyof typeof litsForms = "challenge",
  { blind = [] }: { blind?: readonly string[] } = {},
): string {
  const folder = temporary("arco lits ü-");
  const { image, label, codes } = litsForms[form];
  for (const id of litsIds) {
    const number = Number(id.slice(4)) - 1;
    write(join(folder, image(number)), reorient(ct(id).image, codes), "int16");
    if (blind.includes(id)) rubbish(join(folder, label(number)));
    else write(join(folder, label(number)), reorient(ct(id).label, codes), "uint8");
  }
  return folder;
}

/** The same as processed files: clipped, scaled to [0, 1], image and label in one. */
export async function writeLitsH5({ blind = [] }: { blind?: readonly string[] } = {}): Promise<string> {
  const folder = temporary("arco-lits-h5-");
  for (const id of litsIds) {
    const { image, label } = ct(id);
    const data = image.data.map((value) => (Math.min(250, Math.max(-200, value)) + 200) / 450);
    const shape = [...image.shape];
    const content = { image: { data, shape }, label: { data: label.data, shape } };
    await writeH5(join(folder, `${id}.h5`), blind.includes(id) ? { image: content.image } : content);
  }
  return folder;
}

/** Values in the files of MMWHS, by class. */
export const stored = [0, 500, 600, 420, 550, 205, 820, 850];

export const mmwhsIds = ["train_1001", "train_1004", "train_1018", "train_1005"];

/** Lists of CT, as the paper's: three volumes to train on, one to test, two slices labelled. */
export const mmwhsLists = () =>
  writeLists({
    train_all: ["ct_train_1005", "ct_train_1018", "ct_train_1004"],
    train_1: ["ct_train_1018_slice_4", "ct_train_1018_slice_2"],
    train_5: ["ct_train_1018"],
    train_10: ["ct_train_1004", "ct_train_1018"],
    test: ["ct_train_1001"],
  });

/** A heart of seven boxes, whole numbers. */
export const heart = (id: string): Scan => scan(id, 7, (label, noise) => 100 + 40 * label + 300 * noise);

/** Writes volumes of one modality, in a folder `mr_train` or directly; labels of those named are rubbish, and some values in the files may be others. */
export function writeMmwhs(
  modality: "mr" | "ct",
  {
    folder = temporary("arco mmwhs ü-"),
    isFlat = false,
    codes = "LPS",
    blind = [],
    values = stored,
  }: { folder?: string; isFlat?: boolean; codes?: string; blind?: readonly string[]; values?: readonly number[] } = {},
): string {
  for (const name of mmwhsIds) {
    const id = `${modality}_${name}`;
    const { image, label } = heart(id);
    const place = isFlat ? folder : join(folder, `${modality}_train`);
    write(join(place, `${id}_image.nii.gz`), reorient(image, codes), "int16");
    const raw = { ...label, data: Float32Array.from(label.data, (value) => values[value]) };
    if (blind.includes(id)) rubbish(join(place, `${id}_label.nii.gz`));
    else write(join(place, `${id}_label.nii.gz`), reorient(raw, codes), "int16");
  }
  return folder;
}

/** Writes volumes one after the other into one file of four dimensions. */
export function writeSeries(path: string, volumes: readonly Volume<Float32Array | Uint8Array>[]): void {
  const parts = volumes.map((volume) => niftiBytes(volume, "float32", path));
  parts[0].writeInt16LE(4, 40); // dimensions
  parts[0].writeInt16LE(parts.length, 48);
  const bytes = Buffer.concat(parts.map((part, i) => (i === 0 ? part : part.subarray(352))));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, path.endsWith(".gz") ? gzipSync(bytes) : bytes);
}

function write(path: string, volume: Volume<Float32Array | Uint8Array>, dtype: "int16" | "uint8"): void {
  mkdirSync(dirname(path), { recursive: true });
  writeNifti(path, volume, { dtype });
}

function rubbish(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "not for you");
}
