import { type Rng, stream } from "../engine/random.js";

/** Red, green and blue, 0–255. */
export type Rgb = readonly [number, number, number];

/** A photograph that is being painted. Places are fractions of its height: y from 0 to 1, x from 0 to `aspect`. */
export interface Scene {
  height: number;
  width: number;
  aspect: number;
  label: Uint8Array; // [height, width]
  strokes: Stroke[];
  seen: Uint16Array; // [height, width], the stroke that lies on top: only what is seen at last is given a colour
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

/** A region that was painted, with the spots and the fall of light that were drawn for it. */
interface Stroke extends Required<Pick<Material, "color" | "other" | "contrast" | "grain">> {
  pattern?: Material["pattern"];
  spotsAt: readonly [y: number, x: number];
  top: number;
  left: number;
  fall: readonly [y: number, x: number]; // of the light, from here to the other end
}

const nothing: Stroke = {
  color: [0, 0, 0],
  other: [0, 0, 0],
  contrast: 0,
  grain: 1,
  spotsAt: [0, 0],
  top: 0,
  left: 0,
  fall: [0, 0],
};

/** An empty scene of a size, all of one label. */
export function newScene(height: number, width: number, label = 0): Scene {
  return {
    height,
    width,
    aspect: width / height,
    label: new Uint8Array(height * width).fill(label),
    strokes: [nothing],
    seen: new Uint16Array(height * width),
  };
}

/** Paints a region over what is there, with spots, and light that falls off across it. */
export function paint(
  { height, width, label, strokes, seen }: Scene,
  region: Region,
  of: number,
  material: Material,
  rng: Rng,
): void {
  const { top, left, bottom, right } = region;
  const { color, other = color, pattern, contrast = 0.12, grain = 0.04 } = material;
  const spotsAt = [rng.uniform(0, side), rng.uniform(0, side)] as const;
  const extent = Math.max(bottom - top, right - left, 1e-6);
  const fall = [rng.uniform(-0.3, 0.3) / extent, rng.uniform(-0.3, 0.3) / extent] as const;
  const stroke = strokes.push({ color, other, pattern, contrast, grain, spotsAt, top, left, fall }) - 1;
  const [first, last] = [Math.max(0, Math.floor(top * height)), Math.min(height, Math.ceil(bottom * height))];
  const [from, to] = [Math.max(0, Math.floor(left * height)), Math.min(width, Math.ceil(right * height))];
  for (let row = first; row < last; row++) {
    const y = (row + 0.5) / height;
    for (let column = from; column < to; column++) {
      if (!region.has(y, (column + 0.5) / height)) continue;
      const at = row * width + column;
      label[at] = of;
      seen[at] = stroke;
    }
  }
}

/** The colours of all that is seen: [height, width, 3], 255 is white. */
function shaded({ height, width, strokes, seen }: Scene): Float32Array {
  const colors = new Float32Array(seen.length * 3);
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++, at++) {
      const { color, other, pattern, contrast, grain, spotsAt, top, left, fall } = strokes[seen[at]];
      const y = (row + 0.5) / height;
      const x = (column + 0.5) / height;
      const light =
        1 +
        contrast * spots(y / grain + spotsAt[0], x / grain + spotsAt[1]) +
        fall[0] * (y - top) +
        fall[1] * (x - left);
      const share = pattern ? pattern(y, x) : 0;
      for (let c = 0; c < 3; c++) colors[3 * at + c] = light * (color[c] + share * (other[c] - color[c]));
    }
  return colors;
}

/** The photograph: light from one side, exposure, a cast of colour, a soft lens and the noise of a sensor. */
export function develop(scene: Scene, rng: Rng, { noise = 6 } = {}): Uint8Array {
  const { height, width } = scene;
  const color = shaded(scene);
  const exposure = rng.uniform(0.7, 1.25);
  const cast = [0, 1, 2].map(() => exposure * rng.uniform(0.93, 1.07));
  const [fallY, fallX] = [rng.uniform(-0.25, 0.25), rng.uniform(-0.25, 0.25)];
  const grain = grainOf();
  let speck = rng.integer(0, grain.length);
  const photo = new Uint8ClampedArray(color.length);
  for (let y = 0, at = 0; y < height; y++) {
    const above = y > 0 ? 3 * width : 0;
    const below = y < height - 1 ? 3 * width : 0;
    for (let x = 0; x < width; x++) {
      const before = x > 0 ? 3 : 0;
      const after = x < width - 1 ? 3 : 0;
      const light = 1 + fallY * (y / height - 0.5) + fallX * (x / width - 0.5);
      for (let c = 0; c < 3; c++, at++) {
        const around = color[at - above] + color[at + below] + color[at - before] + color[at + after];
        photo[at] = cast[c] * light * (0.5 * color[at] + 0.125 * around) + noise * grain[speck];
        speck += 7;
        if (speck >= grain.length) speck -= grain.length;
      }
    }
  }
  return new Uint8Array(photo.buffer);
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

const spots = (y: number, x: number) => 0.8 * smooth(y, x) + 0.6 * smooth(2.7 * y + 40, 2.7 * x + 70);

function smooth(y: number, x: number): number {
  lattice ??= drawn("lattice", side * side);
  const top = Math.floor(y);
  const left = Math.floor(x);
  const right = x - left;
  const above = (top & (side - 1)) * side;
  const below = ((top + 1) & (side - 1)) * side;
  const before = left & (side - 1);
  const after = (left + 1) & (side - 1);
  const upper = lattice[above + before] + right * (lattice[above + after] - lattice[above + before]);
  const lower = lattice[below + before] + right * (lattice[below + after] - lattice[below + before]);
  return upper + (y - top) * (lower - upper);
}
