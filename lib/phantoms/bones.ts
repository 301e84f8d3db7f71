import { stream } from "../engine/random.js";
import { ellipsoid, type Place, type Shape, tube } from "./anatomy.js";
import type { Organ } from "./render.js";

/** What a spine is made of. */
export type BoneTissue = "bone" | "marrow" | "disc" | "cord";

/** A spine along z, so far behind the middle. */
export function spine(y: number): Organ<BoneTissue>[] {
  const isBone = (z: number) => ((z % 34) + 34) % 34 < 25;
  const column = (radii: readonly [number, number], when: (z: number) => boolean): Shape => {
    const whole = ellipsoid(stream(0, "column"), [0, y, 0], [...radii, 9000], { rough: 0.04 });
    return (z) => (when(z) ? whole(z) : []);
  };
  const part = (tissue: BoneTissue, center: Place, radii: Place, when: (z: number) => boolean = () => true) => {
    const whole = ellipsoid(stream(0, "process"), center, radii, { rough: 0.08 });
    return { tissue, shape: (z: number) => (when(z) ? whole(z) : []) };
  };
  return [
    { tissue: "bone", shape: column([23, 19], isBone) },
    { tissue: "marrow", shape: column([20, 16], isBone) },
    { tissue: "disc", shape: column([22, 18], (z) => !isBone(z)) },
    part("bone", [0, y + 28, 0], [15, 14, 9000]),
    part("bone", [0, y + 42, 0], [4, 18, 9000], isBone),
    ...[-1, 1].map((side) => part("bone", [side * 26, y + 24, 0], [16, 5, 9000], isBone)),
    part("cord", [0, y + 27, 0], [10, 9, 9000]),
  ];
}

/** Nine pairs of ribs on an ellipse, the lowest at a height; each runs from the spine around the chest, downwards to the front. */
export function ribs(wide: number, deep: number, bottom: number): Organ<BoneTissue>[] {
  return [-1, 1].flatMap((side) =>
    Array.from({ length: 9 }, (_, rib): Organ<BoneTissue> => {
      const path = Array.from({ length: 9 }, (_, i) => {
        const angle = 1.35 - i * (rib < 2 ? 0.17 : 0.29);
        const [x, y] = [side * wide * Math.cos(angle), deep * Math.sin(angle)];
        return [x, y, bottom + 30 * rib - 9 * i, 4.6] as const;
      });
      return { tissue: "bone", shape: tube(path) };
    }),
  );
}
