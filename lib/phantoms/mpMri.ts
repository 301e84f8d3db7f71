import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../disk.js";
import { stream } from "../engine/random.js";
import { writeNifti } from "../images/nifti/index.js";
import type { Volume } from "../images/volume.js";
import { type AbdomenTissue, abdomen } from "./abdomen.js";
import { axial } from "./axial.js";
import type { Phantom, PhantomOptions } from "./phantom.js";
import { type Appearance, render, warp } from "./render.js";
import { coil, mrScan } from "./scanner.js";

const defaultSize = 1 / 3;
const phases = ["pre", "art", "ven"] as const;
type Phase = (typeof phases)[number];

/** Contrast MR of livers in three phases. */
export const mpMri: Phantom = {
  name: "mpMri",
  facts:
    "Like the paper's in-house set, as far as it is described: fat-suppressed T1 MR before contrast and in the arterial and venous phase on one isotropic grid, label liver. " +
    "Shares and intensities are those of livers in general, as none are published; phases are registered but for two millimetres of breath.",
  defaultSize,
  async *write(folder, ids, options) {
    for (const [i, id] of ids.entries()) {
      const { label, ...images } = mpMriCase(id, options);
      mkdirSync(join(folder, id), { recursive: true });
      for (const phase of phases)
        writeNifti(join(folder, id, `${phase}.nii.gz`), images[phase], { dtype: "int16", level: 1 });
      writeNifti(join(folder, id, "label.nii.gz"), label, { level: 1 });
      yield i + 1;
    }
    for (const [part, from, to] of parts) {
      const chosen = ids.filter((id) => numberOf(id) >= from && numberOf(id) <= to);
      if (chosen.length > 0) writeWhole(join(folder, `${part}.txt`), `${chosen.join("\n")}\n`);
    }
  },
};

// the paper's 100, 40 and 20 patients; no list of them was published
const parts = [
  ["train", 1, 100],
  ["val", 101, 140],
  ["test", 141, 160],
] as const;

const numberOf = (id: string) => Number(id.replace("case", ""));

/** The phases of one patient and the liver as it lies in the arterial one. */
export function mpMriCase(
  id: string,
  { seed = 0, tail = 1, size = defaultSize }: PhantomOptions = {},
): Record<Phase, Volume> & { label: Volume<Uint8Array> } {
  const rng = stream(seed, "phantom mpmri", id);
  const mm = 1 / size;
  const [depth, height, width] = [rng.uniform(190, 230), rng.uniform(250, 290), rng.uniform(350, 390)].map((extent) =>
    Math.round(extent / mm),
  );
  const grid = {
    shape: [depth, height, width],
    spacingMm: [mm, mm, mm],
    bottomMm: rng.uniform(-125, -100),
  } as const;
  const organs = abdomen(rng, { liver: tail, tumours: 0.02 * Math.exp(rng.normal()) });
  const pose = warp(rng, { turn: 0.06, bendMm: 3.5 });
  const coils = coil(rng, 0.5);
  const noise = rng.uniform(0.018, 0.04);
  const white = rng.uniform(300, 900);
  const strength = rng.uniform(0.8, 1.2);
  const own = new Map<string, number[]>(); // how each tissue of this patient deviates, the same in every phase
  for (const tissue of Object.keys(tissues))
    own.set(tissue, [Math.exp(0.08 * rng.normal()), strength * Math.exp(0.15 * rng.normal())]);
  const looksIn =
    (phase: Phase) =>
    (tissue: AbdomenTissue): Appearance => {
      const [pre, art, ven, texture] = tissues[tissue];
      const [signal, uptake] = own.get(tissue) ?? [1, 1];
      return [signal * pre + uptake * { pre: 0, art, ven }[phase], texture];
    };
  const geometry = { ...axial(grid), path: id };
  const scanned = phases.map((phase) => {
    const scan = stream(seed, "phantom mpmri", id, phase);
    const breath = phase === "art" ? 0 : 1.5 * scan.normal();
    const { signal, label } = render(
      { organs, looks: looksIn(phase), air: 0, warp: pose },
      { ...grid, bottomMm: grid.bottomMm + breath },
      stream(seed, "phantom mpmri", id, "texture"),
    );
    mrScan(signal, grid.shape, scan, { noise, coil: coils, ghost: 0.03 });
    for (let i = 0; i < signal.length; i++) signal[i] = Math.round(white * signal[i]);
    // one class: tumours are a part of the liver
    for (let i = 0; i < label.length; i++) if (label[i] > 1) label[i] = 1;
    return { signal, label };
  });
  const volume = (phase: number): Volume => ({ data: scanned[phase].signal, ...geometry });
  return {
    pre: volume(0),
    art: volume(1),
    ven: volume(2),
    label: { data: scanned[1].label, ...geometry },
  };
}

// signal before contrast, what contrast adds in the arterial and in the venous phase, texture
const tissues: Record<AbdomenTissue, readonly [pre: number, art: number, ven: number, texture: number]> = {
  fat: [0.17, 0, 0.01, 0.02],
  muscle: [0.27, 0.03, 0.06, 0.025],
  visceral: [0.15, 0.01, 0.03, 0.03],
  lung: [0.04, 0.02, 0.02, 0.01],
  heart: [0.25, 0.55, 0.4, 0.04],
  liver: [0.36, 0.07, 0.26, 0.02],
  hepaticVein: [0.28, 0.08, 0.48, 0.02],
  tumourRim: [0.31, 0.22, 0.2, 0.03],
  tumour: [0.27, 0.14, 0.17, 0.03],
  necrosis: [0.22, 0.01, 0.02, 0.02],
  bile: [0.2, 0, 0, 0.01],
  spleen: [0.29, 0.36, 0.33, 0.03],
  fluid: [0.2, 0, 0.01, 0.05],
  gas: [0.01, 0, 0, 0.005],
  pancreas: [0.4, 0.2, 0.16, 0.04],
  cortex: [0.33, 0.55, 0.45, 0.03],
  medulla: [0.26, 0.18, 0.42, 0.03],
  artery: [0.26, 0.85, 0.45, 0.02],
  vein: [0.26, 0.12, 0.5, 0.03],
  bone: [0.05, 0.01, 0.02, 0.02],
  marrow: [0.2, 0.04, 0.08, 0.03],
  disc: [0.2, 0, 0.02, 0.02],
  cord: [0.24, 0.01, 0.03, 0.02],
  bowel: [0.28, 0.16, 0.22, 0.06],
};
