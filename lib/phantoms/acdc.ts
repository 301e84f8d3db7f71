import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../disk.js";
import { stream } from "../engine/random.js";
import { writeNifti } from "../images/nifti/index.js";
import { looksOf, surroundings, type Tissue } from "./acdcChest.js";
import type { Phantom, PhantomOptions, Scan } from "./phantom.js";
import { type Organ, render, warp } from "./render.js";
import { coil, mrScan } from "./scanner.js";
import { type Group, type Ventricles, ventricles } from "./ventricles.js";

const defaultSize = 0.5;

/** Short-axis cine MR of hearts. */
export const acdc: Phantom = {
  name: "acdc",
  facts:
    "Like ACDC: two phases of a heart cut across its long axis, the five groups of patients by the size and motion of their ventricles, matrix sizes, thick slices, " +
    "shares of the classes, surface coil and noise. Unlike it: valves, trabeculae and the organs around the heart are simplified, and there is no 4D series.",
  defaultSize,
  async *write(folder, ids, options) {
    for (const [i, id] of ids.entries()) {
      const { diastole, systole, info } = acdcPatient(id, options);
      const place = join(folder, "training", id);
      mkdirSync(place, { recursive: true });
      writeWhole(
        join(place, "Info.cfg"),
        `${Object.entries(info)
          .map(([key, value]) => `${key}: ${value}`)
          .join("\n")}\n`,
      );
      for (const [frame, { image, label }] of [
        [info.ED, diastole],
        [info.ES, systole],
      ] as const) {
        const name = join(place, `${id}_frame${String(frame).padStart(2, "0")}`);
        writeNifti(`${name}.nii.gz`, image, { dtype: "int16", level: 1 });
        writeNifti(`${name}_gt.nii.gz`, label, { level: 1 });
      }
      yield i + 1;
    }
  },
};

// the commonest sizes of the real set, about as often as there
const matrices = [
  [256, 216],
  [256, 216],
  [256, 216],
  [256, 216],
  [256, 208],
  [256, 208],
  [216, 256],
  [256, 232],
  [256, 256],
  [224, 154],
] as const;

// one for each twenty patients; in the real set, too, hearts of neighbouring numbers look alike
const groups: readonly Group[] = ["DCM", "HCM", "MINF", "NOR", "RV"];

/** One patient at end diastole and end systole, and what Info.cfg says of them. */
export function acdcPatient(
  id: string,
  { seed = 0, tail = 1, size = defaultSize, slices = () => 10 }: PhantomOptions = {},
): { diastole: Scan; systole: Scan; info: Readonly<Record<string, string | number>> & { ED: number; ES: number } } {
  const rng = stream(seed, "phantom acdc", id);
  const group = groups[Math.floor(((Number(id.slice(7)) + 99) % 100) / 20)];
  const depth = slices(id);
  const thickness = Math.min(10, Math.max(5, Math.round(95 / depth)));
  const matrix = matrices[rng.integer(0, matrices.length)];
  const [height, width] = matrix.map((count) => Math.round(count * size));
  const pixelMm = rng.uniform(315, 365) / Math.max(height, width);
  const bottomMm = thickness * rng.uniform(0, 0.95);
  const lengthMm = bottomMm + thickness * (depth - rng.uniform(0, 0.9));
  const heart = ventricles(rng, group, { lengthMm, tail });
  const around = surroundings(rng);
  const pose = warp(rng, { bendMm: 2.5 });
  const looks = looksOf(rng);
  const coils = coil(rng, 0.5);
  const noise = rng.uniform(0.012, 0.035);
  const white = rng.uniform(150, 420);
  const grid = { shape: [depth, height, width], spacingMm: [thickness, pixelMm, pixelMm], bottomMm } as const;

  const scan = (phase: Ventricles, name: string): Scan => {
    const own = stream(seed, "phantom acdc", id, name);
    const { signal, label } = render(
      { organs: around, steep: partsOf(phase), looks: (tissue) => looks[tissue], air: 0.01, warp: pose },
      grid,
      own,
    );
    mrScan(signal, grid.shape, own, { noise, coil: coils, ghost: 0.02 });
    for (let i = 0; i < signal.length; i++) signal[i] = Math.min(32767, Math.round(white * signal[i]));
    const geometry = {
      shape: grid.shape,
      spacingMm: grid.spacingMm,
      affine: [
        [pixelMm, 0, 0, 0],
        [0, pixelMm, 0, 0],
        [0, 0, thickness, 0],
        [0, 0, 0, 1],
      ],
      path: id,
    };
    return { image: { data: signal, ...geometry }, label: { data: label, ...geometry } };
  };
  const frames = rng.integer(12, 36);
  const ED = rng.uniform() < 0.9 ? 1 : rng.integer(2, 5);
  const info = {
    ED,
    ES: ED + Math.round(frames * rng.uniform(0.3, 0.42)),
    Group: group,
    Height: Math.round(172 + 9 * rng.normal()),
    NbFrame: frames,
    Weight: Math.round(76 + 13 * rng.normal()),
  };
  return { diastole: scan(heart.diastole, "diastole"), systole: scan(heart.systole, "systole"), info };
}

function partsOf({ sac, right, rightWall, outer, left, papillary }: Ventricles): Organ<Tissue>[] {
  return [
    { tissue: "dim", shape: sac },
    { tissue: "muscle", shape: rightWall },
    { tissue: "venous", shape: right, label: 1 },
    { tissue: "muscle", shape: outer, label: 2 },
    { tissue: "blood", shape: left, label: 3 },
    { tissue: "muscle", shape: papillary, label: 3, within: 3 },
  ];
}
