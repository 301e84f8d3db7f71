import { type Rng, stream } from "../engine/random.js";

/** Red, green and blue, 0–255. */
export type Rgb = readonly [number, number, number];

/** A photograph that is being painted. Places are fractions of its height: y from 0 to 1, x from 0 to `aspect`. */
export interface Scene {
  height: number;
  width: number;
  aspect: number;
  label: Uint8Array; // [height, width]
  color: Float32Array; // [height, width, 3]
}

/** A part of the picture, and the rectangle it lies in. */
export interface Region {
  top: number;
  left: number;
  bottom: number;
  right: number;
  has(y: number, x: number): boolean;
}

/** What a region looks like. */
export interface Material {
  color: Rgb;
  /** A second colour, and where it is seen (0–1): windows, stripes, leaves. */
  other?: Rgb;
  pattern?(y: number, x: number): number;
  /** Standard deviation of the brightness, and the size of its spots. */
  contrast?: number;
  grain?: number;
}

/** An empty scene of a size, all of one label. */
export function newScene(height: number, width: number, label = 0): Scene {
  return {
    height,
    width,
    aspect: width / height,
    label: new Uint8Array(height * width).fill(label),
    color: new Float32Array(height * width * 3),
  };
}

/** Paints a region over what is there, with spots, and light that falls off across it. */
export function paint(scene: Scene, region: Region, label: number, material: Material, rng: Rng): void {
  const { height, width } = scene;
  const { color, other = color, pattern, contrast = 0.12, grain = 0.04 } = material;
  const [down, right] = [rng.uniform(0, side), rng.uniform(0, side)];
  const [fallY, fallX] = [rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3)];
  const extent = Math.max(region.bottom - region.top, region.right - region.left, 1e-6);
  const [first, last] = [
    Math.max(0, Math.floor(region.top * height)),
    Math.min(height, Math.ceil(region.bottom * height)),
  ];
  const [from, to] = [Math.max(0, Math.floor(region.left * height)), Math.min(width, Math.ceil(region.right * height))];
  for (let row = first; row < last; row++)
    for (let column = from; column < to; column++) {
      const [y, x] = [(row + 0.5) / height, (column + 0.5) / height];
      if (!region.has(y, x)) continue;
      const at = row * width + column;
      const fall = (fallY * (y - region.top) + fallX * (x - region.left)) / extent;
      const light = 1 + contrast * spots(y / grain + down, x / grain + right) + fall;
      const share = pattern?.(y, x) ?? 0;
      for (let c = 0; c < 3; c++) scene.color[3 * at + c] = light * (color[c] + share * (other[c] - color[c]));
      scene.label[at] = label;
    }
}

/** The photograph: light from one side, exposure, a cast of colour, a soft lens and the noise of a sensor. */
export function develop({ height, width, color }: Scene, rng: Rng, { noise = 6 } = {}): Uint8Array {
  const exposure = rng.uniform(0.7, 1.25);
  const cast = [0, 1, 2].map(() => exposure * rng.uniform(0.93, 1.07));
  const [fallY, fallX] = [rng.uniform(-0.25, 0.25), rng.uniform(-0.25, 0.25)];
  const offset = rng.integer(0, grainOf().length);
  const photo = new Uint8Array(color.length);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const light = 1 + fallY * (y / height - 0.5) + fallX * (x / width - 0.5);
      for (let c = 0; c < 3; c++, at++) {
        const [above, below] = [y > 0 ? at - 3 * width : at, y < height - 1 ? at + 3 * width : at];
        const [before, after] = [x > 0 ? at - 3 : at, x < width - 1 ? at + 3 : at];
        const soft = 0.5 * color[at] + 0.125 * (color[above] + color[below] + color[before] + color[after]);
        const value = cast[c] * light * soft + noise * grainOf()[(offset + at * 7) % grainOf().length];
        photo[at] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  return photo;
}

/** A colour of its kind: lighter or darker, and a little off. */
export function tinted([red, green, blue]: Rgb, rng: Rng, spread = 0.15): Rgb {
  const light = 1 + 2 * spread * rng.uniform(-1, 1);
  const [a, b, c] = [red, green, blue].map((value) => value * light * (1 + spread * rng.uniform(-1, 1)));
  return [a, b, c];
}

/** Any colour, not too bright: cars, clothes, covers of books. */
export const anyColor = (rng: Rng): Rgb => {
  const grey = rng.uniform(20, 200);
  const [a, b, c] = [0, 1, 2].map(() => 0.5 * grey + 0.5 * rng.uniform(10, 210));
  return [a, b, c];
};

// Smooth spots: a table of normal values between which is interpolated, at two scales.
const side = 128;
let lattice: Float32Array | undefined;
let grain: Float32Array | undefined;
const drawn = (name: string, length: number) => {
  const rng = stream(0, "scene", name);
  return Float32Array.from({ length }, () => rng.normal());
};
const grainOf = () => {
  grain ??= drawn("grain", 65521);
  return grain;
};

function spots(y: number, x: number): number {
  return 0.8 * smooth(y, x) + 0.6 * smooth(2.7 * y + 40, 2.7 * x + 70);
}

function smooth(y: number, x: number): number {
  lattice ??= drawn("lattice", side * side);
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [down, right] = [y - top, x - left];
  const [above, below] = [(top & (side - 1)) * side, ((top + 1) & (side - 1)) * side];
  const [before, after] = [left & (side - 1), (left + 1) & (side - 1)];
  const upper = lattice[above + before] + right * (lattice[above + after] - lattice[above + before]);
  const lower = lattice[below + before] + right * (lattice[below + after] - lattice[below + before]);
  return upper + down * (lower - upper);
}
