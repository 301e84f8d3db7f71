import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stream } from "../../lib/engine/random.js";
import { writeH5 } from "../../lib/images/hdf5/index.js";
import { writeNifti } from "../../lib/images/nifti/index.js";
import type { Volume } from "../../lib/images/volume.js";
import { temporary } from "../temporary.js";

/** Forms of the ACDC files. */
export type Form = "challenge" | "renamed" | "h5" | "h5 in one folder";
export const forms: readonly Form[] = ["challenge", "renamed", "h5", "h5 in one folder"];

// Numbers of the two labelled frames in the challenge's own naming; patient090 begins at 04 there.
const patients = { patient003: [1, 15], patient090: [4, 11], patient011: [1, 8], patient012: [1, 13] };
/** Slices of the first patient's two volumes, the others have `few`. */
const many = 14;
const few = 3;

/** A heart of sorts: ring and two cavities on noise, whole numbers, other sizes for other patients. */
export function volume(id: string): { image: Volume; label: Volume<Uint8Array> } {
  const rng = stream(0, id);
  const patient = Number(id.slice(7, 10));
  const shape = [patient === 3 ? many : few, 40 + (patient % 7), 33 + (patient % 5)] as const;
  const [depth, height, width] = shape;
  const data = new Float32Array(depth * height * width);
  const classes = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const [y, x] = [Math.floor(i / width) % height, i % width];
    const ring = Math.hypot(y - height * 0.5, x - width * 0.6);
    const right = Math.hypot(y - height * 0.5, x - width * 0.25);
    classes[i] = ring < 5 ? 3 : ring < 8 ? 2 : right < 5 ? 1 : 0;
    data[i] = Math.round(40 + [0, 130, 60, 140][classes[i]] + 25 * rng.uniform());
  }
  const geometry = {
    shape,
    spacingMm: [10, 1.5, 1.5] as const,
    affine: [
      [1.5, 0, 0, 0],
      [0, 1.5, 0, 0],
      [0, 0, 10, 0],
      [0, 0, 0, 1],
    ],
    path: id,
  };
  return { image: { data, ...geometry }, label: { data: classes, ...geometry } };
}

/** Lists of two patients to train on, one to validate and one to test; slices of each volume in another order. */
export function writeLists(): string {
  const folder = temporary("arco-lists-");
  const slices = ["patient003_frame01", "patient003_frame02", "patient090_frame01", "patient090_frame02"].flatMap(
    (id) => {
      const [depth] = volume(id).image.shape;
      return [...stream(1, id).permutation(depth)].map((z) => `${id}_slice_${z + 1}`);
    },
  );
  const write = (name: string, ids: string[]) => writeFileSync(join(folder, name), `${ids.join("\n")}\n`);
  write("train_slices.txt", slices);
  write("val.txt", ["patient011_frame01", "patient011_frame02"]);
  write("test.txt", ["patient012_frame01", "patient012_frame02"]);
  return folder;
}

/** Which label files are left out: as for one who has no right to see them. */
export interface CopyOptions {
  withoutLabels?: readonly string[];
}

/** Writes the volumes in one of the forms of ACDC; gives the folder. */
export async function writeCopy(form: Form, { withoutLabels = [] }: CopyOptions = {}): Promise<string> {
  const folder = temporary("arco acdc ü-");
  for (const [patient, frames] of Object.entries(patients))
    for (const [i, frame] of frames.entries()) {
      const id = `${patient}_frame0${i + 1}`;
      const isBlind = withoutLabels.includes(patient);
      const write = form.startsWith("h5") ? writeH5Files : writeNiftiFiles;
      await write({ folder, form, patient, id, frame, frames, isBlind });
    }
  return folder;
}

interface Item {
  folder: string;
  form: Form;
  patient: string;
  id: string;
  frame: number;
  frames: number[];
  isBlind: boolean;
}

async function writeNiftiFiles({ folder, form, patient, id, frame, frames, isBlind }: Item): Promise<void> {
  const { image, label } = volume(id);
  const place = form === "challenge" ? join(folder, "training", patient) : join(folder, patient);
  const name = form === "challenge" ? `${patient}_frame${String(frame).padStart(2, "0")}` : id;
  mkdirSync(place, { recursive: true });
  writeNifti(join(place, `${name}.nii.gz`), image, { dtype: "int16" });
  if (form === "challenge") {
    writeNifti(join(place, `${patient}_4d.nii.gz`), image, { dtype: "int16" });
    writeFileSync(
      join(place, "Info.cfg"),
      `ED: ${frames[0]}\nES: ${frames[1]}\nGroup: DCM\nHeight: 170.0\nNbFrame: 30\nWeight: 70.0\n`,
    );
  }
  if (isBlind) writeFileSync(join(place, `${name}_gt.nii.gz`), "not for you");
  else writeNifti(join(place, `${name}_gt.nii.gz`), label);
}

async function writeH5Files({ folder, form, id, isBlind }: Item): Promise<void> {
  const { image, label } = volume(id);
  const volumes = join(folder, "data");
  const slices = form === "h5" ? join(volumes, "slices") : volumes;
  mkdirSync(slices, { recursive: true });
  const [depth, height, width] = image.shape;
  const low = image.data.reduce((a, b) => Math.min(a, b));
  const high = image.data.reduce((a, b) => Math.max(a, b));
  const data = image.data.map((value) => (value - low) / (high - low));
  const content = (part: { image: Float32Array; label: Uint8Array }, shape: number[]) => ({
    image: { data: part.image, shape },
    ...(isBlind ? {} : { label: { data: part.label, shape } }),
  });
  await writeH5(join(volumes, `${id}.h5`), content({ image: data, label: label.data }, [...image.shape]), {
    compressed: true,
  });
  const size = height * width;
  for (let z = 0; z < depth; z++)
    await writeH5(
      join(slices, `${id}_slice_${z + 1}.h5`),
      content({ image: data.slice(z * size, (z + 1) * size), label: label.data.slice(z * size, (z + 1) * size) }, [
        height,
        width,
      ]),
      {
        compressed: true,
      },
    );
}
