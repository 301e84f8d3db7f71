import type { Rng } from "../engine/random.js";
import { around, corners, type Outline, type Shape, together, waves } from "./anatomy.js";

/** The five groups of patients of ACDC. */
export type Group = "NOR" | "MINF" | "DCM" | "HCM" | "RV";

// mm at end diastole in the middle of the heart, and what is left of the cavities' areas at end systole
const typical = {
  NOR: { radius: 25.5, wall: 7.6, right: 31, left: 0.42, rightLeft: 0.55 },
  MINF: { radius: 29.5, wall: 7.4, right: 27, left: 0.66, rightLeft: 0.55 },
  DCM: { radius: 33.5, wall: 7.2, right: 25, left: 0.8, rightLeft: 0.7 },
  HCM: { radius: 24, wall: 12.5, right: 26, left: 0.32, rightLeft: 0.5 },
  RV: { radius: 24, wall: 7.4, right: 45, left: 0.5, rightLeft: 0.72 },
} as const;

/** The ventricles of one patient in one phase, as outlines across the long axis, which runs along z from the base (0) to the apex. */
export interface Ventricles {
  right: Shape;
  /** The right ventricle with its wall, which has no class. */
  rightWall: Shape;
  /** The left ventricle with its muscle. */
  outer: Shape;
  left: Shape;
  papillary: Shape;
  /** Both ventricles with the fat around them. */
  sac: Shape;
}

/** Draws the ventricles of a patient; `tail` scales the area of the right one. */
export function ventricles(
  rng: Rng,
  group: Group,
  { lengthMm, tail = 1 }: { lengthMm: number; tail?: number },
): { diastole: Ventricles; systole: Ventricles } {
  const mean = typical[group];
  const vary = (value: number, share: number) => value * Math.exp(share * rng.normal());
  const radius = vary(mean.radius, 0.08);
  const wall = vary(mean.wall, 0.1);
  const depth = vary(mean.right, 0.13);
  const left = Math.min(0.88, vary(mean.left, 0.12));
  const rightLeft = Math.min(0.9, vary(mean.rightLeft, 0.12));
  const form = {
    inner: waves(rng, 0.025),
    outer: waves(rng, 0.02),
    free: waves(rng, 0.05),
    middle: Math.PI + 0.3 * rng.normal(), // where the septum looks to
    fat: rng.uniform(1, 5), // mm
    skew: 0.35 * rng.normal(),
    scar: rng.uniform(0, corners),
    rightBase: lengthMm * rng.uniform(0.02, 0.14),
    muscles: [0, 1].map((i) => ({ angle: 1.1 - 2.2 * i + 0.2 * rng.normal(), size: rng.uniform(0.1, 0.17) })),
  };
  const epi = (t: number) => (radius + wall) * Math.sqrt(Math.max(0, 1 - t ** 2.3));
  const endo = (t: number) => radius * Math.sqrt(Math.max(0, 1 - (t / (1 - (0.3 * wall) / lengthMm)) ** 2.3));

  const phase = (cavity: number, right: number, base: number): Ventricles => {
    const outside = (z: number) => Math.max(0, (z - base) / (lengthMm - base));
    const isThere = (z: number) => z >= base && z < lengthMm;
    const innerRadius = (z: number) => {
      const wave = form.inner(z);
      const dead = group === "MINF" && cavity < 1 ? 0.12 : 0; // an infarct does not move inwards
      return (i: number) => {
        const scar = Math.max(0, Math.cos((2 * Math.PI * (i - form.scar)) / corners)) ** 2;
        return endo(outside(z)) * Math.sqrt(cavity) * (1 + wave(i) + dead * scar);
      };
    };
    // the muscle keeps its area and a little more, as it shortens
    const outerRadius = (z: number) => {
      const [r, full] = [endo(outside(z)), epi(outside(z))];
      const outer = Math.sqrt(cavity * r * r + (full * full - r * r) * (1 + 0.25 * (1 - cavity)));
      const wave = form.outer(z);
      const septum = group === "HCM" ? 0.1 : 0;
      return (i: number) =>
        outer * (1 + wave(i) + septum * Math.max(0, Math.cos((2 * Math.PI * i) / corners - form.middle)));
    };
    const crescent = (thicker: number) => (z: number) => {
      const t = outside(z);
      const end = 0.94;
      if (z < base + form.rightBase || t >= end) return [];
      const outer = outerRadius(z);
      const wave = form.free(z);
      const half = (1.35 - 0.45 * t) * (1 - 0.2 * (1 - right));
      const height = depth * Math.sqrt(1 - (t / end) ** 1.7);
      return [
        around(0, 0, (i) => {
          let angle = (2 * Math.PI * i) / corners - form.middle;
          angle -= 2 * Math.PI * Math.round(angle / (2 * Math.PI));
          const u = angle / half;
          if (Math.abs(u) >= 1) return 0.9 * outer(i);
          const bulge = height * (1 - u * u) ** 0.7 * (1 + form.skew * u + wave(i));
          // the area between the septum and this border is that of the bulge, times what is left of it in this phase
          const area = right * tail * ((outer(i) + bulge) ** 2 - outer(i) ** 2);
          return Math.sqrt(outer(i) ** 2 + area) + thicker;
        }),
      ];
    };
    const ring =
      (radius: (z: number) => (i: number) => number, thicker = 0) =>
      (z: number) => {
        if (!isThere(z)) return [];
        const r = radius(z);
        return r(0) > 0.5 ? [around(0, 0, (i) => r(i) + thicker)] : [];
      };
    const papillary = (z: number): Outline[] => {
      const t = outside(z);
      if (t < 0.15 || t > 0.75) return [];
      const r = innerRadius(z)(0);
      return form.muscles.map(({ angle, size }) => {
        const far = 0.72 * r;
        return around(far * Math.cos(angle), far * Math.sin(angle), () => size * r * (cavity < 1 ? 1.4 : 1));
      });
    };
    const sac = together(crescent(6 + form.fat), ring(outerRadius, form.fat));
    return {
      right: crescent(0),
      rightWall: crescent(3),
      outer: ring(outerRadius),
      left: ring(innerRadius),
      papillary,
      sac,
    };
  };
  return { diastole: phase(1, 1, 0), systole: phase(left, rightLeft, 0.075 * lengthMm) };
}
