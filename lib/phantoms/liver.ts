import { type Rng, stream } from "../engine/random.js";
import { ellipsoid, type Place, type Shape, together, tube } from "./anatomy.js";
import type { Organ } from "./render.js";

/** What a liver is made of. */
export type LiverTissue = "liver" | "hepaticVein" | "tumourRim" | "tumour" | "necrosis";

const liverClass = 1;
const tumourClass = 2;

/** A liver of three lobes with its vessels, and `tumours` as a share of an ordinary liver's volume; `at` puts a place into the patient. */
export function liverParts(
  rng: Rng,
  at: (x: number, y: number, z: number) => Place,
  scale: number,
  tumours: number,
): Organ<LiverTissue>[] {
  const scaled = (radii: Place): Place => [scale * radii[0], scale * radii[1], scale * radii[2]];
  const right = {
    center: at(-64, 0, 0),
    radii: scaled([rng.uniform(54, 64), rng.uniform(64, 74), rng.uniform(66, 84)]),
  };
  const lower = {
    center: at(-72, 14, -48),
    radii: scaled([rng.uniform(32, 42), rng.uniform(38, 48), rng.uniform(46, 66)]),
  };
  const left = {
    center: at(4, -46, 22),
    radii: scaled([rng.uniform(52, 74), rng.uniform(22, 31), rng.uniform(30, 42)]),
  };
  const lobe = ({ center, radii }: typeof right, along: Place): Shape =>
    ellipsoid(rng, center, radii, { along, rough: 0.08 });
  const [x, y, z] = right.center;
  const inside = (tissue: LiverTissue, shape: Shape): Organ<LiverTissue> => ({
    tissue,
    shape,
    label: liverClass,
    within: liverClass,
  });
  const branch = (from: Place, radius: number): Shape => {
    const to = [0, 1, 2].map((k) => right.center[k] + 0.85 * right.radii[k] * rng.uniform(-0.8, 0.8));
    const middle = [0, 1, 2].map((k) => (from[k] + to[k]) / 2 + 7 * rng.normal());
    return tube([
      [...from, radius],
      [middle[0], middle[1], middle[2], radius * 0.8],
      [to[0], to[1], to[2], radius * 0.4],
    ]);
  };
  const cava: Place = [-20, y + 30, z + 40];
  const gate: Place = [x + 42, y - 5, z - 18];
  return [
    {
      tissue: "liver",
      shape: together(lobe(right, [0.15, -0.1, 1]), lobe(lower, [0.1, 0.1, 1]), lobe(left, [0.3, 0, 1])),
      label: liverClass,
    },
    ...Array.from({ length: 3 }, () => inside("hepaticVein", branch(cava, 5))),
    ...Array.from({ length: 5 }, () => inside("hepaticVein", branch(gate, 5.5))),
    ...lesions(rng, [right, right, right, left], tumours),
  ];
}

/** Tumours that grow inside the lobes, each with a rim and some with a dead core. */
function lesions(rng: Rng, lobes: readonly { center: Place; radii: Place }[], share: number): Organ<LiverTissue>[] {
  const count = rng.integer(1, 7);
  const radii = Array.from({ length: count }, () => Math.exp(0.6 * rng.normal()));
  const cubes = radii.reduce((sum, radius) => sum + radius ** 3, 0);
  const unit = Math.cbrt((share * ordinaryMl * 1000) / ((4 / 3) * Math.PI) / cubes);
  return radii.flatMap((relative): Organ<LiverTissue>[] => {
    const radius = relative * unit;
    const { center, radii } = lobes[rng.integer(0, lobes.length)];
    const direction = [rng.normal(), rng.normal(), rng.normal()];
    const length = Math.hypot(...direction);
    const place = center.map((middle, k) => {
      const room = Math.max(0, 0.9 * radii[k] - Math.min(radius, radii[k] / 2));
      return middle + (direction[k] / length) * room * Math.cbrt(rng.uniform());
    });
    const [x, y, z] = place;
    const stretch = [0, 1, 2].map(() => Math.exp(0.15 * rng.normal()));
    const seed = rng.integer(0, 2 ** 30);
    const isDead = rng.uniform() < 0.4;
    const ball = (size: number): Shape => {
      const r = stretch.map((factor) => (size * radius * factor) / Math.cbrt(stretch[0] * stretch[1] * stretch[2]));
      return ellipsoid(stream(seed, "lesion"), [x, y, z], [r[0], r[1], r[2]], { rough: 0.1 });
    };
    if (!(radius > 0)) return [];
    return [
      { tissue: "tumourRim", shape: ball(1.08), label: liverClass, within: liverClass },
      { tissue: "tumourRim", shape: ball(1), label: tumourClass, within: liverClass },
      { tissue: "tumour", shape: ball(0.9), label: tumourClass, within: tumourClass },
      ...(isDead ? [{ tissue: "necrosis", shape: ball(0.45), label: tumourClass, within: tumourClass } as const] : []),
    ];
  });
}

const ordinaryMl = 1550;
