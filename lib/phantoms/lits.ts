import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../disk.js";
import { type Rng, stream } from "../engine/random.js";
import { writeNifti } from "../images/nifti/index.js";
import { type AbdomenTissue, abdomen } from "./abdomen.js";
import { axial, flipped } from "./axial.js";
import type { Phantom, PhantomOptions, Scan } from "./phantom.js";
import { type Appearance, type Grid, render, warp } from "./render.js";
import { ctScan } from "./scanner.js";

const defaultSize = 0.25;

/** Contrast CT of livers with tumours. */
export const lits: Phantom = {
  name: "lits",
  facts:
    "Like LiTS: Hounsfield units of the tissues, liver a few percent of the voxels and tumours 0.1–0.2 percent, one volume in ten without any, fields of view, slice distances, " +
    "padding outside the circle and stored directions that differ, quantum noise. Unlike it: vessels, bowel and bones are coarse, and no metal or streaks occur.",
  defaultSize,
  async *write(folder, ids, options) {
    for (const part of ["imagesTr", "labelsTr"]) mkdirSync(join(folder, part), { recursive: true });
    for (const [i, id] of ids.entries()) {
      const { image, label } = litsVolume(id, options);
      writeNifti(join(folder, "imagesTr", `liver_${id}.nii.gz`), image, { dtype: "int16", level: 1 });
      writeNifti(join(folder, "labelsTr", `liver_${id}.nii.gz`), label, { level: 1 });
      yield i + 1;
    }
    writeWhole(join(folder, "dataset.json"), `${JSON.stringify(description(ids), null, 1)}\n`);
  },
};

/** What the Medical Segmentation Decathlon says of its copy, as far as it is true of a phantom. */
const description = (ids: readonly string[]) => ({
  name: "LIVER (phantom)",
  description: "generated; mimics Task03_Liver",
  tensorImageSize: "3D",
  modality: { 0: "CT" },
  labels: { 0: "background", 1: "liver", 2: "cancer" },
  numTraining: ids.length,
  numTest: 0,
  training: ids.map((id) => ({ image: `./imagesTr/liver_${id}.nii.gz`, label: `./labelsTr/liver_${id}.nii.gz` })),
  test: [],
});

/** One volume, by its number. */
export function litsVolume(id: string, { seed = 0, tail = 1, size = defaultSize }: PhantomOptions = {}): Scan {
  const rng = stream(seed, "phantom lits", id);
  const count = Math.round(512 * size);
  const pixelMm = rng.uniform(325, 410) / count;
  const distance = [0.7, 0.8, 1, 1, 1.25, 1.5, 2.5][rng.integer(0, 7)] / size;
  const lengthMm = rng.uniform(230, 420);
  const depth = Math.max(8, Math.round(lengthMm / distance));
  // the liver lies high in scans that go down to the pelvis
  const bottomMm = -0.5 * lengthMm - rng.uniform(0, Math.max(0, lengthMm / 2 - 100));
  const grid: Grid = { shape: [depth, count, count], spacingMm: [distance, pixelMm, pixelMm], bottomMm };
  const tumours = rng.uniform() < 0.1 ? 0 : 0.026 * Math.exp(1.1 * rng.normal());
  const looks = hounsfield(rng);
  const organs = abdomen(rng, { tumours: tumours * tail });
  const { signal, label } = render(
    { organs, looks: (tissue) => looks[tissue], air: -1000, warp: warp(rng, { turn: 0.06, bendMm: 3.5 }) },
    grid,
    rng,
  );
  ctScan(signal, grid.shape, rng, { noise: rng.uniform(9, 24) });
  const isPadded = rng.uniform() < 0.6;
  pad(signal, label, grid, isPadded ? count / 2 : count);
  const turned = { x: rng.uniform() < 0.4, y: rng.uniform() < 0.25 };
  const geometry = { ...axial(grid), path: id };
  return {
    image: flipped({ data: signal, ...geometry }, turned),
    label: flipped({ data: label, ...geometry }, turned),
  };
}

/** −1024 outside the circle that the scanner reconstructs, and nothing below it. */
function pad(signal: Float32Array, label: Uint8Array, { shape: [, height, width] }: Grid, radius: number): void {
  for (let i = 0; i < signal.length; i++) {
    const x = (i % width) - (width - 1) / 2;
    const y = (Math.floor(i / width) % height) - (height - 1) / 2;
    const isOutside = x * x + y * y > radius * radius;
    if (isOutside) label[i] = 0;
    if (isOutside || signal[i] < -1024) signal[i] = -1024;
  }
}

function hounsfield(rng: Rng): Record<AbdomenTissue, Appearance> {
  const near = (mean: number, spread: number, texture: number): Appearance => [mean + spread * rng.normal(), texture];
  const liver = 102 + 14 * rng.normal();
  const vessel = liver + rng.uniform(8, 55);
  const tumour = liver - rng.uniform(22, 52);
  return {
    fat: near(-103, 4, 9),
    muscle: near(56, 5, 10),
    visceral: near(-95, 6, 16),
    lung: near(-850, 25, 40),
    heart: near(140, 25, 10),
    liver: [liver, 6],
    hepaticVein: [vessel, 5],
    tumourRim: [(liver + 2 * tumour) / 3, 8],
    tumour: [tumour, 9],
    necrosis: [tumour - 22, 6],
    bile: near(12, 6, 3),
    spleen: [liver + 12 * rng.normal() + 8, 6],
    fluid: near(40, 22, 12),
    gas: near(-930, 20, 20),
    pancreas: near(86, 10, 12),
    cortex: near(165, 22, 9),
    medulla: near(140, 25, 10),
    artery: near(165, 35, 6),
    vein: near(140, 18, 8),
    bone: near(410, 40, 60),
    marrow: near(190, 25, 35),
    disc: near(85, 8, 8),
    cord: near(35, 6, 5),
    bowel: near(72, 14, 14),
  };
}
