import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Rng, stream } from "../engine/random.js";
import { writeNifti } from "../images/nifti/index.js";
import { Problem } from "../problem.js";
import { axial, flipped } from "./axial.js";
import type { Phantom, PhantomOptions, Scan } from "./phantom.js";
import { type Appearance, type Grid, render, warp } from "./render.js";
import { coil, ctScan, mrScan } from "./scanner.js";
import { type ThoraxTissue, thorax } from "./thorax.js";

const defaultSize = 0.3;

/** Whole hearts in MR and CT. */
export const mmwhs: Phantom = {
  name: "mmwhs",
  facts:
    "Like MMWHS: the seven structures and their raw label values, an MR and a CT scan of other patients for each number, fields of view and voxel sizes, similar blood in neighbouring chambers. " +
    "Unlike it: all volumes are stored axially, valves are planes where shapes meet, and the labels have no human error.",
  defaultSize,
  async *write(folder, ids, options) {
    for (const [i, id] of ids.entries()) {
      const { image, label } = mmwhsVolume(id, options);
      const [modality, number] = id.split("_");
      const name = join(folder, `${modality}_train`, `${modality}_train_${number}`);
      mkdirSync(join(folder, `${modality}_train`), { recursive: true });
      writeNifti(`${name}_image.nii.gz`, image, { dtype: "int16", level: 1 });
      const data = Float32Array.from(label.data, (value) => rawValues[value]);
      writeNifti(`${name}_label.nii.gz`, { ...label, data }, { dtype: "int16", level: 1 });
      yield i + 1;
    }
  },
};

/** The values in label files for background and the classes 1–7: LV, RV, LA, RA, Myo, AAo, PA. */
export const rawValues: readonly number[] = [0, 500, 600, 420, 550, 205, 820, 850];

/** One volume, by modality and number ("mr_1001", "ct_1001"), with classes 1–7 as `rawValues` lists them. */
export function mmwhsVolume(id: string, { seed = 0, tail = 1, size = defaultSize }: PhantomOptions = {}): Scan {
  const isCt = id.startsWith("ct_");
  if (!isCt && !id.startsWith("mr_"))
    throw new Problem(`mmwhs phantom: found id ${JSON.stringify(id)}, expected one such as "mr_1001" or "ct_1001"`);
  const rng = stream(seed, "phantom mmwhs", id);
  const mm = (isCt ? rng.uniform(0.36, 0.52) : rng.uniform(0.8, 1.1)) / size;
  const distance = (isCt ? rng.uniform(0.5, 0.65) : rng.uniform(0.95, 1.4)) / size;
  const count = isCt ? Math.round(512 * size) : Math.round(rng.uniform(300, 350) / mm);
  const lengthMm = rng.uniform(140, 180);
  const shape = [Math.round(lengthMm / distance), count, count] as const;
  const grid: Grid = { shape, spacingMm: [distance, mm, mm], bottomMm: -lengthMm / 2 + rng.uniform(0, 14) };
  const organs = thorax(rng, { pulmonary: tail });
  const pose = warp(rng, { turn: 0.12, bendMm: 3 });
  const looks = isCt ? hounsfield(rng) : signals(rng);
  const { signal, label } = render(
    { organs, looks: (tissue) => looks[tissue], air: isCt ? -1000 : 0, warp: pose },
    grid,
    rng,
  );
  if (isCt) ctScan(signal, shape, rng, { noise: rng.uniform(18, 42) });
  else {
    mrScan(signal, shape, rng, { noise: rng.uniform(0.02, 0.05), coil: coil(rng, 0.5), ghost: 0.04 });
    const white = rng.uniform(250, 1500);
    for (let i = 0; i < signal.length; i++) signal[i] = Math.round(white * signal[i]);
  }
  const turned = { x: rng.uniform() < 0.3, y: rng.uniform() < 0.3 };
  const geometry = { ...axial(grid), path: id };
  return {
    image: flipped({ data: signal, ...geometry }, turned),
    label: flipped({ data: label, ...geometry }, turned),
  };
}

function hounsfield(rng: Rng): Record<ThoraxTissue, Appearance> {
  const near = (mean: number, spread: number, texture: number): Appearance => [mean + spread * rng.normal(), texture];
  const left = 370 + 60 * rng.normal();
  const right = left * rng.uniform(0.45, 0.95);
  const muscle = 105 + 15 * rng.normal();
  return {
    fat: near(-105, 5, 10),
    muscle: near(58, 6, 12),
    lung: near(-840, 30, 40),
    lungVessel: near(120, 60, 30),
    airway: near(-980, 8, 8),
    epicardial: near(-85, 10, 30),
    myocardium: [muscle, 10],
    leftBlood: [left, 12],
    rightBlood: [right, 25],
    aorta: [left + 8 * rng.normal(), 10],
    pulmonary: [right + 0.4 * rng.uniform() * (left - right), 16],
    vein: [right * rng.uniform(0.6, 1.1), 25],
    wall: [muscle - 20, 12],
    scar: [muscle - 10, 8],
    liver: near(95, 15, 8),
    stomach: near(40, 30, 25),
    bone: near(420, 50, 60),
    marrow: near(190, 25, 35),
    disc: near(85, 8, 8),
    cord: near(35, 6, 5),
  };
}

function signals(rng: Rng): Record<ThoraxTissue, Appearance> {
  const vary = (mean: number, texture: number): Appearance => [mean * Math.exp(0.1 * rng.normal()), texture];
  const blood = rng.uniform(0.55, 0.75);
  const like = (low: number, high: number): Appearance => [blood * rng.uniform(low, high), 0.05];
  return {
    fat: vary(0.5, 0.06),
    muscle: vary(0.2, 0.03),
    lung: vary(0.06, 0.02),
    lungVessel: vary(0.4, 0.08),
    airway: vary(0.03, 0.01),
    epicardial: vary(0.33, 0.08),
    myocardium: vary(0.3, 0.03),
    leftBlood: [blood, 0.05],
    rightBlood: like(0.85, 1.05),
    aorta: like(0.9, 1.1),
    pulmonary: like(0.8, 1.05),
    vein: like(0.75, 1.05),
    wall: vary(0.27, 0.03),
    scar: vary(0.3, 0.03),
    liver: vary(0.36, 0.03),
    stomach: vary(0.28, 0.08),
    bone: vary(0.1, 0.03),
    marrow: vary(0.28, 0.05),
    disc: vary(0.25, 0.02),
    cord: vary(0.3, 0.02),
  };
}
