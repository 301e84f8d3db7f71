import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Rng, stream } from "../engine/random.js";
import { writeH5 } from "../images/hdf5/index.js";
import type { Outline } from "./anatomy.js";
import { axial } from "./axial.js";
import { heartClasses } from "./chambers.js";
import { atriumPlace } from "./leftAtrium.js";
import type { Phantom, PhantomOptions, Scan } from "./phantom.js";
import { type Appearance, render, warp } from "./render.js";
import { coil, mrScan } from "./scanner.js";
import { type ThoraxTissue, thorax } from "./thorax.js";

const defaultSize = 0.5;

/** Late-enhancement MR of left atria, cut to their surroundings. */
export const la: Phantom = {
  name: "la",
  facts:
    "Like the processed files of LA: a box around the left atrium with the ends of its veins, 88 slices at full size, the atrium 9 percent of the voxels on average, 8-bit source, bright patches in the wall, " +
    "neighbouring chambers as bright as the atrium. Unlike it: the box does not depend on the truth, and mean and deviation of the whole scan are drawn, as only the box is generated.",
  defaultSize,
  async *write(folder, ids, options) {
    for (const [i, id] of ids.entries()) {
      const { image, label } = laScan(id, options);
      const place = join(folder, "2018LA_Seg_Training Set", id);
      mkdirSync(place, { recursive: true });
      const shape = [...image.shape].reverse(); // the files count x, y, z
      await writeH5(
        join(place, "mri_norm2.h5"),
        {
          image: { data: xFirst(image.data, new Float32Array(image.data.length), image.shape), shape },
          label: { data: xFirst(label.data, new Uint8Array(label.data.length), image.shape), shape },
        },
        { compressed: true },
      );
      yield i + 1;
    }
  },
};

/** One scan, z-scored as a whole before it was cut. */
export function laScan(id: string, { seed = 0, tail = 1, size = defaultSize }: PhantomOptions = {}): Scan {
  const rng = stream(seed, "phantom la", id);
  const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
  const width = Math.round(clamp(194 + 20 * rng.normal(), 148, 244) * size);
  const height = Math.round(clamp(142 + 5 * rng.normal(), 132, 160) * size);
  const shape = [Math.round(88 * size), height, width] as const;
  const mm = 0.625 / size;
  const bend = warp(rng, { turn: 0.1, bendMm: 3, moveMm: 3 });
  const [x, y, z] = atriumPlace;
  const around = (outline: Outline, height: number) => {
    bend(outline, height);
    for (let i = 0; i < outline.length; i += 2) {
      outline[i] -= x;
      outline[i + 1] -= y + 2;
    }
  };
  const organs = thorax(rng, { atrium: tail }).map((organ) =>
    organ.label === heartClasses.LA
      ? { ...organ, label: 1 }
      : { ...organ, label: 0, ...(organ.within && { within: 0 }) },
  );
  const looks = looksOf(rng);
  const grid = { shape, spacingMm: [mm, mm, mm], bottomMm: z - 0.5 * 88 * 0.625 + rng.uniform(-4, 4) } as const;
  const { signal, label } = render({ organs, looks: (tissue) => looks[tissue], air: 0, warp: around }, grid, rng);
  mrScan(signal, shape, rng, { noise: rng.uniform(0.03, 0.09), coil: coil(rng, 0.4), ghost: 0.03 });
  standardise(signal, rng);
  const geometry = { ...axial(grid), path: id };
  return { image: { data: signal, ...geometry }, label: { data: label, ...geometry } };
}

/** Stores signals in so many steps and takes the mean and deviation of the whole scan from them, which has more air than the box. */
function standardise(signal: Float32Array, rng: Rng): void {
  const steps = rng.uniform(60, 230);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < signal.length; i++) {
    signal[i] = Math.min(255, Math.round(steps * signal[i]));
    sum += signal[i];
    squares += signal[i] * signal[i];
  }
  const mean = sum / signal.length;
  const deviation = Math.sqrt(squares / signal.length - mean * mean);
  const [scanMean, scanDeviation] = [mean * rng.uniform(0.3, 0.8), deviation * rng.uniform(0.75, 1.6)];
  for (let i = 0; i < signal.length; i++) signal[i] = (signal[i] - scanMean) / scanDeviation;
}

/** The same grid with z fastest. */
function xFirst<A extends Float32Array | Uint8Array>(data: A, into: A, shape: readonly number[]): A {
  const [depth, height, width] = shape;
  let at = 0;
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++) for (let z = 0; z < depth; z++) into[at++] = data[(z * height + y) * width + x];
  return into;
}

function looksOf(rng: Rng): Record<ThoraxTissue, Appearance> {
  const vary = (mean: number, texture: number): Appearance => [mean * Math.exp(0.12 * rng.normal()), texture];
  const blood = rng.uniform(0.42, 0.66);
  const like = (low: number, high: number): Appearance => [blood * rng.uniform(low, high), 0.04];
  return {
    fat: vary(0.3, 0.06),
    muscle: vary(0.2, 0.05),
    lung: vary(0.05, 0.02),
    lungVessel: vary(0.45, 0.08),
    airway: vary(0.03, 0.01),
    epicardial: vary(0.2, 0.09),
    myocardium: vary(0.22, 0.05),
    leftBlood: [blood, 0.035],
    rightBlood: like(0.8, 1.08),
    aorta: like(0.9, 1.12),
    pulmonary: like(0.82, 1.08),
    vein: like(0.8, 1.1),
    wall: vary(0.18, 0.06),
    scar: vary(0.75, 0.1),
    liver: vary(0.5, 0.03),
    stomach: vary(0.3, 0.08),
    bone: vary(0.06, 0.02),
    marrow: vary(0.16, 0.04),
    disc: vary(0.18, 0.03),
    cord: vary(0.2, 0.02),
  };
}
