import { type Rng, stream } from "../engine/random.js";
import { ellipsoid, type Place, tube } from "./anatomy.js";
import { type BoneTissue, ribs, spine } from "./bones.js";
import { type LiverTissue, liverParts } from "./liver.js";
import type { Organ } from "./render.js";

/** What an abdomen is made of. */
export type AbdomenTissue =
  | BoneTissue
  | LiverTissue
  | "fat"
  | "muscle"
  | "visceral"
  | "lung"
  | "heart"
  | "bile"
  | "spleen"
  | "fluid"
  | "gas"
  | "pancreas"
  | "cortex"
  | "medulla"
  | "artery"
  | "vein"
  | "bowel";

/** What may be told of an abdomen. */
export interface AbdomenOptions {
  /** Volume of the liver against an ordinary one. */
  liver?: number;
  /** Volume of all tumours as a share of an ordinary liver's. */
  tumours?: number;
}

/** The organs of an abdomen, from the skin inwards, classes liver and tumour; the liver's middle is at z = 0. */
export function abdomen(rng: Rng, { liver = 1, tumours = 0 }: AbdomenOptions = {}): Organ<AbdomenTissue>[] {
  const jitter = (mm: number) => mm * rng.normal();
  const egg = (tissue: AbdomenTissue, center: Place, radii: Place, rough = 0.07): Organ<AbdomenTissue> => ({
    tissue,
    shape: ellipsoid(rng, center, radii, { rough }),
  });
  const [wide, deep] = [rng.uniform(148, 178), rng.uniform(100, 122)];
  const fatMm = rng.uniform(7, 26);
  const form = rng.integer(0, 2 ** 30);
  const torso = (inset: number) =>
    ellipsoid(stream(form, "torso"), [0, 0, 0], [wide - inset, deep - inset, 900], { rough: 0.02 });
  const inner = [wide - fatMm - 12, deep - fatMm - 10];
  const [sizeX, sizeY] = [inner[0] / 132, inner[1] / 88]; // organs fill the space there is
  const at = (x: number, y: number, z: number): Place => [
    sizeX * (x + jitter(4)),
    sizeY * (y + jitter(4)),
    z + jitter(5),
  ];
  return [
    { tissue: "fat", shape: torso(0) },
    { tissue: "muscle", shape: torso(fatMm) },
    { tissue: "visceral", shape: torso(fatMm + 11) },
    egg("lung", at(-72, 5, 160), [56, 78, 150]),
    egg("lung", at(74, 5, 160), [54, 78, 150]),
    egg("heart", at(24, -28, 132), [54, 44, 52]),
    egg("visceral", at(-4, 0, -70), [inner[0] - 4, inner[1] - 2, 150], 0.03), // under the diaphragm
    ...ribs(wide - fatMm - 7, deep - fatMm - 7, -60),
    ...spine(sizeY * 62),
    ...[-1, 1].map((side) => egg("muscle", [side * 40, sizeY * 88, 0], [30, 20, 900])),
    ...[-1, 1].map((side) => egg("muscle", [side * 44, sizeY * 58, -130], [20, 19, 95])),
    ...bowels(rng, sizeX, sizeY),
    egg("spleen", at(102, 34, 25), [27, 42, rng.uniform(42, 62)]),
    egg("bowel", at(62, -30, 25), [44, 34, 52]),
    egg("fluid", at(62, -28, 25), [39, 29, 47]),
    egg("gas", at(58, -48, 28), [26, 12, 32]),
    {
      tissue: "pancreas",
      shape: tube([
        [-34, -4, -30, 13],
        [10, -12, -18, 9],
        [78, 8, 6, 10],
      ]),
    },
    ...[-1, 1].flatMap((side) => kidney(rng, at(side * 66, 46, side < 0 ? -72 : -55))),
    {
      tissue: "artery",
      shape: tube([
        [14, sizeY * 40, -400, 9],
        [12, sizeY * 42, 400, 12],
      ]),
    },
    {
      tissue: "artery",
      shape: tube([
        [12, sizeY * 36, -30, 4],
        [4, sizeY * 8, -110, 3.5],
      ]),
    },
    {
      tissue: "vein",
      shape: tube([
        [-20, sizeY * 36, -400, 11],
        [-20, sizeY * 32, 130, 12],
      ]),
    },
    ...liverParts(rng, at, Math.cbrt(liver), tumours),
    egg("bile", at(-52, -46, -52), [14, 16, rng.uniform(18, 32)]),
  ];
}

function kidney(rng: Rng, [x, y, z]: Place): Organ<AbdomenTissue>[] {
  const along: Place = [Math.sign(x) * -0.25, -0.1, 1];
  const part = (tissue: AbdomenTissue, size: number, inwards: number): Organ<AbdomenTissue> => ({
    tissue,
    shape: ellipsoid(rng, [x - Math.sign(x) * inwards, y, z], [27 * size, 29 * size, 54 * size], {
      along,
      rough: 0.06,
    }),
  });
  return [part("cortex", 1, 0), part("medulla", 0.72, 3), part("visceral", 0.4, 11)];
}

/** Loops of bowel and colon: a wall around something, in front and below. */
function bowels(rng: Rng, sizeX: number, sizeY: number): Organ<AbdomenTissue>[] {
  return Array.from({ length: 44 }, () => {
    const angle = rng.uniform(0, 2 * Math.PI);
    const far = Math.sqrt(rng.uniform());
    const center: Place = [
      sizeX * 92 * far * Math.cos(angle),
      sizeY * (-22 + 42 * far * Math.sin(angle)),
      -150 + 70 * rng.normal(),
    ];
    const radii: Place = [rng.uniform(13, 28), rng.uniform(11, 22), rng.uniform(16, 55)];
    const seed = rng.integer(0, 2 ** 30);
    const filling = (["bowel", "fluid", "gas", "visceral"] as const)[rng.integer(0, 4)];
    const part = (tissue: AbdomenTissue, size: number): Organ<AbdomenTissue> => ({
      tissue,
      shape: ellipsoid(stream(seed, "loop"), center, [radii[0] * size, radii[1] * size, radii[2] * size], {
        rough: 0.12,
      }),
    });
    return [part("bowel", 1), part(filling, 0.82)];
  }).flat();
}
