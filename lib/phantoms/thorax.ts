import { type Rng, stream } from "../engine/random.js";
import { ellipsoid, type Place, together, tube } from "./anatomy.js";
import { type BoneTissue, ribs, spine } from "./bones.js";
import { type HeartTissue, heart } from "./chambers.js";
import type { Organ } from "./render.js";

/** What a chest is made of. */
export type ThoraxTissue =
  | BoneTissue
  | HeartTissue
  | "fat"
  | "muscle"
  | "lung"
  | "lungVessel"
  | "airway"
  | "liver"
  | "stomach";

/** What may be told of a chest: volumes of two parts against ordinary ones. */
export interface ThoraxOptions {
  atrium?: number;
  pulmonary?: number;
}

/** The organs of a chest from the skin inwards; the middle of the heart is at 0. */
export function thorax(rng: Rng, { atrium = 1, pulmonary = 1 }: ThoraxOptions = {}): Organ<ThoraxTissue>[] {
  const jitter = (mm: number) => mm * rng.normal();
  const near = (x: number, y: number, z: number, mm = 3): Place => [x + jitter(mm), y + jitter(mm), z + jitter(mm)];
  const egg = (tissue: ThoraxTissue, center: Place, radii: Place, rough = 0.07): Organ<ThoraxTissue> => ({
    tissue,
    shape: ellipsoid(rng, center, radii, { rough }),
  });
  const [wide, deep, fatMm] = [rng.uniform(148, 175), rng.uniform(104, 118), rng.uniform(7, 22)];
  const form = rng.integer(0, 2 ** 30);
  const torso = (inset: number) =>
    ellipsoid(stream(form, "torso"), [0, 8, 0], [wide - inset, deep - inset, 900], { rough: 0.02 });
  const side = (sign: number) => egg("lung", near(sign * 76, 8, 30), [wide - fatMm - 84, deep - fatMm - 16, 170], 0.05);
  return [
    { tissue: "fat", shape: torso(0) },
    { tissue: "muscle", shape: torso(fatMm) },
    { tissue: "epicardial", shape: torso(fatMm + 13) },
    ...ribs(wide - fatMm - 8, deep - fatMm - 8, -120),
    side(-1),
    side(1),
    ...lungVessels(rng),
    egg("fat", near(10, 5, -142), [wide - fatMm - 20, deep - fatMm - 18, 82], 0.04), // under the diaphragm
    egg("liver", near(-50, 2, -122), [78, 74, 66]),
    egg("stomach", near(62, -8, -122), [38, 44, 44]),
    ...spine(78),
    ...[-1, 1].map((sign) => egg("muscle", [sign * 38, 98, 0], [28, 17, 900])),
    egg("bone", near(0, -deep + fatMm + 22, 0, 1), [19, 6, 140]),
    {
      tissue: "airway",
      shape: tube([
        [0, 44, 160, 9],
        [2, 50, 78, 8.5],
      ]),
    },
    {
      tissue: "airway",
      shape: together(
        tube([
          [2, 50, 78, 7],
          [-46, 44, 52, 5],
        ]),
        tube([
          [2, 50, 78, 7],
          [48, 50, 48, 5],
        ]),
      ),
    },
    {
      tissue: "muscle",
      shape: tube([
        [8, 63, -150, 7],
        [12, 64, 150, 6],
      ]),
    }, // oesophagus
    ...heart(rng, near, Math.cbrt(atrium), Math.sqrt(pulmonary)),
  ];
}

function lungVessels(rng: Rng): Organ<ThoraxTissue>[] {
  return Array.from({ length: 70 }, (_, i) => {
    const side = i % 2 === 0 ? -1 : 1;
    const hilum: Place = [side * 56, 28, 42];
    const end: Place = [side * rng.uniform(66, 125), rng.uniform(-60, 80), rng.uniform(-80, 130)];
    const from = rng.uniform(0, 0.5);
    const at = (share: number) => hilum.map((value, k) => value + share * (end[k] - value));
    const [a, b] = [at(from), at(from + 0.5)];
    return {
      tissue: "lungVessel",
      shape: tube([
        [a[0], a[1], a[2], 3.4 - 3 * from],
        [b[0], b[1], b[2], 1.2],
      ]),
    };
  });
}
