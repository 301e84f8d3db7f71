import type { Rng } from "../engine/random.js";
import type { Outline, Shape } from "./anatomy.js";
import { fill, newCanvas } from "./canvas.js";
import { spots } from "./texture.js";

/** A part of a body, made of a tissue. Later parts of a list lie over earlier ones. */
export interface Organ<T extends string = string> {
  tissue: T;
  shape: Shape;
  /** Its class; background where absent. */
  label?: number;
  /** Shows only where this class was painted before. */
  within?: number;
}

/** How a tissue appears: its mean and the standard deviation of its texture. */
export type Appearance = readonly [mean: number, texture: number];

/** Where a volume lies: the middle of its first slice is at `bottomMm`, its axes x and y have their middle at 0. */
export interface Grid {
  shape: readonly [depth: number, height: number, width: number];
  spacingMm: readonly [z: number, y: number, x: number];
  bottomMm: number;
}

/** Moves the corners of an outline at a height z, in place. */
export type Warp = (outline: Outline, z: number) => void;

/** How one patient differs from the next as a whole: turned, scaled, moved and bent by a few long waves. */
export function warp(
  rng: Rng,
  {
    turn = 0.1,
    scale = 0.06,
    moveMm = 8,
    bendMm = 5,
  }: { turn?: number; scale?: number; moveMm?: number; bendMm?: number } = {},
): Warp {
  const angle = turn * rng.normal();
  const size = 1 + scale * rng.normal();
  const [cosine, sine] = [size * Math.cos(angle), size * Math.sin(angle)];
  const [moveX, moveY] = [moveMm * rng.normal(), moveMm * rng.normal()];
  const bends = Array.from({ length: 3 }, () => ({
    wave: [0, 1].map(() => rng.uniform(-0.035, 0.035)), // radians per mm: 180 mm and longer
    drift: rng.uniform(-0.02, 0.02),
    phase: rng.uniform(0, 2 * Math.PI),
    by: [0, 1].map(() => bendMm * rng.normal()),
  }));
  return (outline, z) => {
    for (let i = 0; i < outline.length; i += 2) {
      const [x, y] = [outline[i], outline[i + 1]];
      let bentX = x;
      let bentY = y;
      for (const { wave, drift, phase, by } of bends) {
        const swing = Math.sin(wave[0] * x + wave[1] * y + drift * z + phase);
        bentX += by[0] * swing;
        bentY += by[1] * swing;
      }
      outline[i] = cosine * bentX - sine * bentY + moveX;
      outline[i + 1] = sine * bentX + cosine * bentY + moveY;
    }
  };
}

/** What is rendered. */
export interface Body<T extends string> {
  organs: readonly Organ<T>[];
  /** Parts over the others that change so fast along z that thick slices blur them. */
  steep?: readonly Organ<T>[];
  looks: (tissue: T) => Appearance;
  /** What is seen where there is no organ. */
  air: number;
  warp: Warp;
}

/**
 * Draws a body on a grid without noise. Steep parts are the mean of so many `layers` through the thickness of a slice, their class is that of the
 * middle one.
 */
export function render<T extends string>(
  { organs, steep = [], looks, air, warp }: Body<T>,
  { shape: [depth, height, width], spacingMm: [thickness, rowMm, columnMm], bottomMm }: Grid,
  rng: Rng,
  { layers = 3 } = {},
): { signal: Float32Array; label: Uint8Array } {
  const size = height * width;
  const signal = new Float32Array(depth * size);
  const label = new Uint8Array(depth * size);
  const canvas = newCanvas(height, width);
  const start = rng.integer(0, 65536);
  const paint = (parts: readonly Organ<T>[], z: number) => {
    for (const { tissue, shape, label, within } of parts) {
      const [mean, texture] = looks(tissue);
      for (const outline of shape(z)) {
        warp(outline, z);
        for (let i = 0; i < outline.length; i += 2) {
          outline[i] = outline[i] / columnMm + width / 2;
          outline[i + 1] = outline[i + 1] / rowMm + height / 2;
        }
        fill(canvas, outline, { mean, texture, label, within });
      }
    }
  };
  for (let slice = 0, at = 0; slice < depth; slice++, at += size) {
    const middle = bottomMm + slice * thickness;
    spots(canvas.texture, width, middle, start);
    canvas.value.fill(air);
    canvas.label.fill(0);
    paint(organs, middle);
    const below = { value: canvas.value.slice(), label: canvas.label.slice() };
    const count = steep.length > 0 ? layers : 1;
    for (let layer = 0; layer < count; layer++) {
      canvas.value.set(below.value);
      canvas.label.set(below.label);
      paint(steep, middle + thickness * ((layer + 0.5) / count - 0.5));
      for (let i = 0; i < size; i++) signal[at + i] += canvas.value[i] / count;
      if (layer === count >> 1) label.set(canvas.label, at);
    }
  }
  return { signal, label };
}
