import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { writeH5 } from "../../../lib/images/hdf5/index.js";
import { writeNifti } from "../../../lib/images/nifti/index.js";
import { writeNrrd } from "../../../lib/images/nrrd/index.js";
import { writeJpeg, writePng } from "../../../lib/images/pictures/index.js";
import type { Volume } from "../../../lib/images/volume.js";
import { temporary } from "../../temporary.js";

/** Where the files are made, gone when the process ends. */
export const folder = temporary("arco-broken-");
export const place = (name: string) => join(folder, name);

/** 4×3×2 voxels (z, y, x) with the values 0, 1, 2, … */
export const counting: Volume = {
  data: Float32Array.from({ length: 24 }, (_, i) => i),
  shape: [4, 3, 2],
  spacingMm: [4, 2, 1.5],
  affine: [
    [-1.5, 0, 0, 5],
    [0, 2, 0, -3],
    [0, 0, 4, 7],
    [0, 0, 0, 1],
  ],
  path: "",
};

/** 8×16 pixels of all colours. */
export const colors = Uint8Array.from({ length: 3 * 8 * 16 }, (_, i) => (i * 37) % 256);
export const labels = Uint8Array.from({ length: 8 * 16 }, (_, i) => i % 21);

/** A good file of each format, by the ending of its name. */
export async function writeWhole(path: string): Promise<void> {
  if (/\.nii(\.gz)?$/.test(path)) writeNifti(path, counting);
  else if (path.endsWith(".nrrd")) writeNrrd(path, counting);
  else if (path.endsWith(".jpg")) await writeJpeg(path, colors, [8, 16]);
  else if (path.endsWith(".h5")) await writeH5(path, { image: counting }, { compressed: true });
  else if (path.endsWith("mask.png")) await writePng(path, labels, [8, 16]);
  else await writePng(path, colors, [8, 16]);
}

/** What is done to the bytes of a file. */
export type Change = (bytes: Buffer) => Uint8Array;

/** A good file with its bytes changed. */
export async function changed(name: string, ...changes: Change[]): Promise<string> {
  await writeWhole(place(name));
  const bytes = changes.reduce((before, change) => Buffer.from(change(before)), readFileSync(place(name)));
  return written(name, bytes);
}

/** A file with these bytes. */
export function written(name: string, bytes: Uint8Array): string {
  writeFileSync(place(name), bytes);
  return place(name);
}

/** The volume of a NIfTI file twice, as a series in one file of four dimensions. */
export const twice: Change = (bytes) =>
  over("writeInt16LE", [40, 4], [48, 2])(Buffer.concat([bytes, bytes.subarray(352)]));

export const cutBy =
  (count: number): Change =>
  (bytes) =>
    bytes.subarray(0, bytes.length - count);

/** Numbers written over those at some places. */
export const over =
  (put: "writeFloatLE" | "writeInt16LE" | "writeUInt16BE" | "writeUInt8", ...places: [at: number, value: number][]) =>
  (bytes: Buffer): Buffer => {
    for (const [at, value] of places) bytes[put](value, at);
    return bytes;
  };

/** Two links that lead to each other. */
export function loop(name: string): string {
  symlinkSync(place(`other ${name}`), place(name));
  symlinkSync(place(name), place(`other ${name}`));
  return place(name);
}

export function subfolder(name: string): string {
  mkdirSync(place(name));
  return place(name);
}

/** A picture in another form than ours. */
export async function converted(name: string, convert: (picture: Sharp) => Sharp): Promise<string> {
  const picture = sharp(colors, { raw: { width: 16, height: 8, channels: 3 } });
  return written(name, await convert(picture).toBuffer());
}

/** An NRRD file with some lines of its header replaced. */
export const lines =
  (replaced: Readonly<Record<string, string>>): Change =>
  (bytes) => {
    const text = bytes.toString("latin1");
    const end = text.indexOf("\n\n");
    const header = Object.entries(replaced).reduce(
      (before, [name, value]) => before.replace(new RegExp(`^${name}: .*$`, "m"), value),
      text.slice(0, end),
    );
    return Buffer.from(header + text.slice(end), "latin1");
  };
