import { type Rng, stream } from "../engine/random.js";
import { ellipsoid, type Place, together, tube } from "./anatomy.js";
import type { Organ } from "./render.js";

/** What a left atrium is made of. */
export type AtriumTissue = "leftBlood" | "wall" | "scar";

/** A place in a patient: near the usual one, by so many mm. */
export type Near = (x: number, y: number, z: number, mm?: number) => Place;

/** Where the middle of the left atrium is, on average. */
export const atriumPlace: Place = [4, 36, 22];

/** The left atrium with its appendage and the ends of four veins, which belong to its class for a centimetre or two. */
export function leftAtrium(rng: Rng, near: Near, scale: number, label: number): Organ<AtriumTissue>[] {
  const [x, y, z] = near(...atriumPlace);
  const size = scale * rng.uniform(0.84, 1.08);
  const sizes: Place = [30 * size, 18 * size, 23 * size];
  const form = rng.integer(0, 2 ** 30);
  const body = (thicker: number) =>
    ellipsoid(stream(form, "atrium"), [x, y, z], [sizes[0] + thicker, sizes[1] + thicker, sizes[2] + thicker], {
      along: [0.1, 0.15, 1],
      rough: 0.08,
    });
  const veins = [
    [-1, -0.1, 0.45],
    [-1, 0.35, -0.35],
    [1, 0, 0.55],
    [1, 0.4, -0.3],
  ].map(([right, ...rest]) => {
    const [back, up] = rest.map((value) => value + 0.15 * rng.normal());
    const from: Place = [x + 0.6 * right * sizes[0], y + 0.3 * back * sizes[1], z + 0.8 * up * sizes[2]];
    const radius = rng.uniform(4.5, 6.8) * size;
    const to = (far: number): Place => [
      from[0] + right * far * size,
      from[1] + back * 0.6 * far * size,
      from[2] + 0.4 * up * far * size,
    ];
    return { from, radius, to, end: rng.uniform(14, 26) };
  });
  const appendage: Place = [x + 0.95 * sizes[0], y - sizes[1], z + 0.35 * sizes[2]];
  const cavity = together(
    body(0),
    ellipsoid(rng, appendage, [8 * size, 13 * size, 9 * size], { along: [0.3, 0.2, 1], rough: 0.09 }),
    tube([
      [...appendage, 6.5 * size],
      [x + 0.5 * sizes[0], y, z + 0.3 * sizes[2], 9 * size],
    ]),
    ...veins.map(({ from, radius, to, end }) =>
      tube([
        [...from, radius * 1.2],
        [...to(end), radius],
      ]),
    ),
  );
  const scars = Array.from({ length: 5 }, (): Organ<AtriumTissue> => {
    const [a, b] = [rng.uniform(0, 2 * Math.PI), rng.uniform(-0.8, 0.8)];
    const flat = Math.sqrt(1 - b * b);
    const place: Place = [x + sizes[0] * flat * Math.cos(a), y + sizes[1] * flat * Math.sin(a), z + sizes[2] * b];
    return { tissue: "scar", shape: ellipsoid(rng, place, [5, 5, 9], { rough: 0.2 }) };
  });
  return [
    ...veins.map(
      ({ from, radius, to }): Organ<AtriumTissue> => ({
        tissue: "leftBlood",
        shape: tube([
          [...from, radius],
          [...to(55), 0.8 * radius],
        ]),
      }),
    ),
    { tissue: "wall", shape: body(2.2) },
    ...scars,
    { tissue: "leftBlood", shape: cavity, label },
  ];
}
