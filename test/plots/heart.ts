import { type Rng, stream } from "../../lib/engine/random.js";

/** A slice that looks a little like a heart: right ventricle (1), myocardium (2) and left ventricle (3) on grey tissue. */
export const shape = [96, 96] as const;
const [height, width] = shape;

const polar = (i: number) => [Math.hypot((i % width) - 54, Math.floor(i / width) - 46), (i % width) - 30] as const;

/** Class of every pixel. */
export const label = Uint8Array.from({ length: height * width }, (_, i) => {
  const [radius, right] = polar(i);
  if (radius < 13) return 3;
  if (radius < 21) return 2;
  return Math.hypot(right, (Math.floor(i / width) - 48) * 0.7) < 15 ? 1 : 0;
});

/** Names and colours of the classes. */
export const classes = [
  { name: "background" },
  { name: "right ventricle", color: [0, 114, 178] as const },
  { name: "myocardium", color: [0, 158, 115] as const },
  { name: "left ventricle", color: [213, 94, 0] as const },
];

/** Grey values: blood is bright, muscle dark, and there is noise. */
export const image = Float32Array.from(label, (number, i) => {
  const noise = stream(0, "image", i).normal();
  return [90, 210, 60, 220][number] + 40 * Math.sin(i / 700) + 12 * noise;
});

/** A loss with a plateau over every class and a wall around it. */
export const loss = Float32Array.from(label, (number, i) => {
  const [radius] = polar(i);
  return [0.4, 1.6, 3.1, 2.2][number] + 0.3 * Math.cos(radius / 3) + 0.12 * Math.sin(i / 5) * Math.cos(i / 211);
});

/** Pixels of the myocardium. */
export const population = Int32Array.from(label.keys()).filter((i) => label[i] === 2);

/** The same per cell of a 4 × 4 grid. */
export const groups = [
  ...population
    .reduce((cells, i) => {
      const cell = Math.floor((Math.floor(i / width) * 4) / height) * 4 + Math.floor(((i % width) * 4) / width);
      return cells.set(cell, [...(cells.get(cell) ?? []), i]);
    }, new Map<number, number[]>())
    .values(),
];

/** n pixels, each from all of them. */
export const naive = (n: number, rng: Rng) =>
  Int32Array.from({ length: n }, () => population[rng.integer(0, population.length)]);

/** n pixels, shared among the groups by systematic rounding. */
export function stratified(n: number, rng: Rng): number[][] {
  const start = rng.uniform();
  let before = 0;
  return groups.map((pixels) => {
    const after = before + (n * pixels.length) / population.length;
    const count = Math.ceil(after - start) - Math.ceil(before - start);
    before = after;
    return Array.from({ length: count }, () => pixels[rng.integer(0, pixels.length)]);
  });
}

/** The first half as above, and each one's reflection in the list of its group. */
export function antithetic(n: number, rng: Rng): [number, number][] {
  return stratified(n / 2, rng).flatMap((drawn, m) =>
    drawn.map((pixel): [number, number] => [pixel, groups[m][groups[m].length - 1 - groups[m].indexOf(pixel)]]),
  );
}
