import { type Rng, stream } from "../engine/random.js";
import { ellipsoid, type Place, type Shape, tube } from "./anatomy.js";
import type { Appearance, Organ } from "./render.js";

/** What a chest is made of in cine MR. */
export type Tissue =
  | "blood"
  | "venous"
  | "muscle"
  | "fat"
  | "skeletal"
  | "lung"
  | "liver"
  | "spleen"
  | "marrow"
  | "vessel"
  | "gas"
  | "dim";

/** How bright the tissues of one patient are; 1 is a very bright one. */
export function looksOf(rng: Rng): Record<Tissue, Appearance> {
  const vary = (mean: number, texture: number): Appearance => [mean * Math.exp(0.1 * rng.normal()), texture];
  const blood = rng.uniform(0.5, 0.72);
  return {
    blood: [blood, 0.06],
    venous: [blood * rng.uniform(0.72, 0.95), 0.07],
    muscle: vary(0.23, 0.025),
    fat: vary(0.72, 0.08),
    skeletal: vary(0.17, 0.03),
    lung: vary(0.05, 0.015),
    liver: vary(0.27, 0.03),
    spleen: vary(0.36, 0.04),
    marrow: vary(0.4, 0.05),
    vessel: vary(0.45, 0.08),
    gas: [0.02, 0.005],
    dim: vary(0.45, 0.1),
  };
}

/** What lies around the ventricles, from the skin inwards; the heart is at the origin. */
export function surroundings(rng: Rng): Organ<Tissue>[] {
  const jitter = (mm: number) => mm * rng.normal();
  const egg = (tissue: Tissue, center: Place, radii: Place, rough = 0.06): Organ<Tissue> => ({
    tissue,
    shape: ellipsoid(rng, center, radii, { rough }),
  });
  const fatMm = rng.uniform(6, 28);
  const wide = rng.uniform(118, 140);
  const high = rng.uniform(165, 190);
  const [x, y] = [12 + jitter(6), 18 + jitter(8)];
  const torso = (inset: number) =>
    ellipsoid(stream(rng.integer(0, 2 ** 30), "torso"), [x, y, 30], [wide - inset, high - inset, 400], {
      rough: 0.025,
    });
  const floor = 40 + jitter(5);
  return [
    { tissue: "fat", shape: torso(0) },
    { tissue: "skeletal", shape: torso(fatMm) },
    { tissue: "dim", shape: torso(fatMm + rng.uniform(9, 16)) },
    ...Array.from({ length: 9 }, (_, i): Organ<Tissue> => {
      const angle = -2.6 + i * 0.42;
      const far = fatMm + 8;
      return egg("marrow", [x + (wide - far) * Math.cos(angle), y + (high - far) * Math.sin(angle), 40], [5, 3.5, 200]);
    }),
    egg("lung", [x + 14, -62 + jitter(6), 30], [wide - fatMm - 26, 92, 190], 0.08),
    egg("lung", [x + 52, -8 + jitter(6), 20], [44, 62, 140], 0.1),
    ...lungVessels(rng),
    egg("dim", [-10, 26 + jitter(5), 20], [62, 34, 150], 0.12), // fat and vessels between the heart and the diaphragm
    egg("fat", [-62 + jitter(8), 12 + jitter(8), 50], [26, 24, 60], 0.15),
    egg("fat", [0, 4, -40], [66, 46, 50], 0.1),
    egg("dim", [x, floor + 92, 40], [wide - fatMm - 14, 84, 300], 0.06),
    egg("liver", [x - 52 + jitter(6), floor + 62 + jitter(6), 70], [62, 58, 110], 0.1),
    egg("spleen", [x + 62 + jitter(8), floor + 48 + jitter(8), 40], [30, 38, 70], 0.1),
    egg("gas", [x + 34 + jitter(8), floor + 34 + jitter(5), 90], [26, 17, 40], 0.15),
    ...bowels(rng, x, floor + 105),
    {
      tissue: "blood",
      shape: tube([
        [48 + jitter(5), 34 + jitter(5), -200, 11],
        [40, 44, 200, 10],
      ]),
    }, // descending aorta
    {
      tissue: "venous",
      shape: tube([
        [-52, 46 + jitter(4), -200, 12],
        [-46, 52, 200, 12],
      ]),
    }, // inferior vena cava
    // above the base: atria, the root of the aorta and the outflow of the right ventricle
    egg("venous", [-42, 10, -34], [30, 27, 36]),
    egg("blood", [14, 12, -36], [30, 24, 34]),
    {
      tissue: "muscle",
      shape: tube([
        [-6, -8, -90, 18],
        [-4, -5, 6, 17],
      ]),
    },
    {
      tissue: "blood",
      shape: tube([
        [-6, -8, -90, 15],
        [-4, -5, 6, 14],
      ]),
    },
    {
      tissue: "venous",
      shape: tube([
        [8, -34, -90, 14],
        [-26, -30, 4, 15],
      ]),
    },
  ];
}

function lungVessels(rng: Rng): Organ<Tissue>[] {
  const shapes = Array.from({ length: 28 }, (): Shape => {
    const [x, y, z] = [rng.uniform(-50, 90), rng.uniform(-125, -35), rng.uniform(-10, 100)];
    const r = rng.uniform(1, 3.2);
    return tube([
      [x, y, z, r],
      [x + 14 * rng.normal(), y + 9 * rng.normal(), z + 14 * rng.normal(), r],
    ]);
  });
  return shapes.map((shape) => ({ tissue: "vessel", shape }));
}

function bowels(rng: Rng, x: number, y: number): Organ<Tissue>[] {
  const kinds: readonly Tissue[] = ["spleen", "liver", "fat", "skeletal", "gas", "dim", "vessel"];
  return Array.from({ length: 14 }, () => ({
    tissue: kinds[rng.integer(0, kinds.length)],
    shape: ellipsoid(
      rng,
      [x + 42 * rng.normal(), y + 30 * rng.normal(), 40 + 40 * rng.normal()],
      [rng.uniform(8, 24), rng.uniform(8, 20), rng.uniform(20, 60)],
      { rough: 0.12 },
    ),
  }));
}
