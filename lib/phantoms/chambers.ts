import type { Rng } from "../engine/random.js";
import { ellipsoid, type Place, type Shape, together, tube } from "./anatomy.js";
import { type AtriumTissue, leftAtrium, type Near } from "./leftAtrium.js";
import type { Organ } from "./render.js";

/** What a heart is made of. */
export type HeartTissue = AtriumTissue | "epicardial" | "myocardium" | "rightBlood" | "aorta" | "pulmonary" | "vein";

/** The classes of whole hearts, in the order of the columns of the paper's tables. */
export const heartClasses = { LV: 1, RV: 2, LA: 3, RA: 4, Myo: 5, AAo: 6, PA: 7 } as const;

/** The heart with its great vessels; `near` puts a place into the patient, `atrium` and `pulmonary` are the scales of two parts in length and width. */
export function heart(rng: Rng, near: Near, atrium: number, pulmonary: number): Organ<HeartTissue>[] {
  const size = rng.uniform(0.9, 1.12);
  const bigger = (radii: Place, by = size): Place => [radii[0] * by, radii[1] * by, radii[2] * by];
  const long: Place = [0.65 + 0.06 * rng.normal(), -0.45 + 0.08 * rng.normal(), -0.58 + 0.08 * rng.normal()];
  const egg = (center: Place, radii: Place, along: Place = [0, 0, 1], rough = 0.05): Shape =>
    ellipsoid(rng, center, radii, { along, rough });
  const [x, y, z] = near(27, -6, -14);
  const towardsBase = (mm: number): Place => [x - long[0] * mm, y - long[1] * mm, z - long[2] * mm];
  const wall = rng.uniform(8.5, 13);
  const cavity = bigger([26, 26, 46], size * rng.uniform(0.92, 1.06));
  const muscle: Place = [cavity[0] + wall, cavity[1] + wall, cavity[2] + 0.6 * wall];
  const valve = near(8, -37, 32, 2); // of the pulmonary artery
  const root = near(-8, 5, 21, 2); // of the aorta
  const top: Place = [root[0] - 13, root[1] - 6, 68];
  const arch = together(
    tube([
      [...top, 14],
      [-6, 12, 90, 13],
      [14, 38, 90, 12],
      [26, 54, 66, 12],
    ]),
    tube([
      [26, 54, 66, 12],
      [24, 60, -300, 10.5],
    ]),
  );
  const fork: Place = [valve[0] + 6, valve[1] + 22, 54];
  const { LV, LA, RV, RA, Myo, AAo, PA } = heartClasses;
  return [
    { tissue: "epicardial", shape: egg(near(2, -6, 0), bigger([70, 58, 74]), [0.2, -0.2, 1]) },
    { tissue: "wall", shape: egg(near(0, -30, -16, 0), bigger([37, 31, 52]), [0.75, -0.25, -0.6]) },
    ...[0, 1].map((): Organ<HeartTissue> => ({ tissue: "vein", shape: coronary(rng) })),
    {
      tissue: "vein",
      shape: tube([
        [-36, 22, -300, 12],
        [-37, 10, -14, 13],
      ]),
    },
    {
      tissue: "vein",
      shape: tube([
        [-32, 2, 18, 10],
        [-35, 4, 200, 9],
      ]),
    },
    { tissue: "rightBlood", shape: egg(near(0, -30, -16), bigger([34, 27, 48]), [0.75, -0.25, -0.6]), label: RV },
    {
      tissue: "rightBlood",
      shape: tube([
        [0, -36, -4, 19],
        [...valve, 13],
      ]),
      label: RV,
    },
    { tissue: "myocardium", shape: egg([x, y, z], muscle, long, 0.03), label: Myo },
    { tissue: "leftBlood", shape: egg(towardsBase(6), cavity, long), label: LV },
    ...papillary(rng, [x, y, z], cavity[0]),
    { tissue: "wall", shape: egg(near(-42, -2, 2, 0), bigger([27, 32, 34])) },
    { tissue: "rightBlood", shape: egg(near(-42, -2, 2), bigger([25, 30, 32])), label: RA },
    ...leftAtrium(rng, near, atrium, LA),
    {
      tissue: "wall",
      shape: tube([
        [...root, 16],
        [...top, 16],
      ]),
    },
    {
      tissue: "aorta",
      shape: tube([
        [...root, 14.5],
        [root[0] - 4, root[1] - 9, 42, 15],
        [...top, 14],
      ]),
      label: AAo,
    },
    { tissue: "aorta", shape: arch },
    ...(pulmonary > 0
      ? [
          {
            tissue: "pulmonary" as const,
            shape: together(
              tube([
                [...valve, 13 * pulmonary],
                [...fork, 12.5 * pulmonary],
              ]),
              tube([
                [...fork, 10.5 * pulmonary],
                [-18, 16, 54, 9 * pulmonary],
                [-52, 20, 48, 7 * pulmonary],
              ]),
              tube([
                [...fork, 10.5 * pulmonary],
                [34, 18, 62, 9.5 * pulmonary],
                [54, 32, 56, 7 * pulmonary],
              ]),
            ),
            label: PA,
          },
        ]
      : []),
  ];
}

function papillary(rng: Rng, [x, y, z]: Place, radius: number): Organ<HeartTissue>[] {
  return [-1, 1].map((side) => ({
    tissue: "myocardium",
    shape: ellipsoid(
      rng,
      [x + 8 + 4 * rng.normal(), y + side * 0.5 * radius, z - 8 - side * 0.4 * radius],
      [5, 5, 10],
      {},
    ),
    label: heartClasses.LV,
    within: heartClasses.LV,
  }));
}

/** A coronary vessel on the surface. */
function coronary(rng: Rng): Shape {
  const start = rng.uniform(0, 6);
  const path = Array.from({ length: 7 }, (_, i) => {
    const angle = start + 0.35 * i;
    return [4 + 62 * Math.cos(angle), -8 + 52 * Math.sin(angle), 30 - 14 * i, 2] as const;
  });
  return tube(path);
}
