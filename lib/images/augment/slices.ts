import type { Rng } from "../../engine/random.js";
import { Problem } from "../../problem.js";
import { rotate2d } from "../geometry/resample.js";

/** The geometric augmentation of the 2D protocol. A switch leaves the random draws of the others as they are, so ablations stay paired. */
export interface AugmentOptions {
  /** Quarter turns and small angles (table 4, "w/o rotation"). */
  rotation: boolean;
  /** Whether rotation includes quarter turns, or small angles only. */
  quarterTurns: boolean;
  /** Mirroring (table 4, "w/o horizontal flip"). */
  flip: boolean;
  /** Cropping (table 4, "w/o cropping"). */
  crop: boolean;
  /** "released" pads by 3 and cuts the centre, which changes nothing; "lab" pads by 10 % and cuts anywhere. */
  randomCrop: "lab" | "released";
  /** "either": up–down or left–right, drawn; "horizontal": left–right only. */
  flipAxis: "either" | "horizontal";
  /** Of the image under small angles; labels are always nearest. */
  interpolation: "nearest" | "linear";
}

/** What the three protocols do (`randomCrop` and `flip` of the table of deviations). */
export function augmentationOf(protocol: "lab" | "paper" | "released"): AugmentOptions {
  return {
    rotation: true,
    quarterTurns: true,
    flip: true,
    crop: true,
    randomCrop: protocol === "released" ? "released" : "lab",
    flipAxis: protocol === "paper" ? "horizontal" : "either",
    interpolation: "nearest",
  };
}

/** An image with its classes, if known. */
export interface Picture {
  image: Float32Array; // [height, width, channels]
  label?: Int8Array; // [height, width]
  /** Height and width. */
  shape: readonly number[];
}

/**
 * Moves an image and its label alike: with probability ½ quarter turns and a mirror; else ½ a turn by a whole number of degrees from −20 to 19;
 * else ½ a crop; else nothing (`RandomGenerator` of SSL4MIS, which the paper's code uses). What comes in from outside is 0 in both.
 * Where height and width differ, only half turns are made (k = 0 or 2), so that the shape stays. The result may share memory with the input.
 */
export function augment(picture: Picture, options: AugmentOptions, rng: Rng): Picture {
  const { image, label, shape } = picture;
  if (shape.length !== 2)
    throw new Problem(
      `augmentation: found a shape of ${shape.length} dimensions (${shape.join("×")}), expected height and width`,
    );
  const { sources, degrees } = drawMotion(shape, options, rng);
  if (!sources) return picture;
  const channels = image.length / sources.length;
  const isSmooth = degrees !== 0 && options.interpolation === "linear";
  return {
    image: isSmooth ? rotateSmoothly(image, shape, channels, degrees) : gather(image, sources, channels),
    label: label && gatherLabel(label, sources),
    shape,
  };
}

/** For every pixel of the result the pixel it comes from, −1 = from outside; undefined when nothing moves. */
interface Motion {
  sources?: Int32Array;
  degrees: number;
}

const stay: Motion = { degrees: 0 };

function drawMotion(shape: readonly number[], options: AugmentOptions, rng: Rng): Motion {
  const [height, width] = shape;
  if (rng.uniform() < 0.5) {
    const quarters = rng.integer(0, 4);
    const axis = rng.integer(0, 2);
    const turns = !options.rotation || !options.quarterTurns ? 0 : height === width ? quarters : quarters & 2;
    const mirror = !options.flip ? "none" : axis === 1 || options.flipAxis === "horizontal" ? "leftRight" : "upDown";
    return { sources: turn(shape, turns, mirror), degrees: 0 };
  }
  if (rng.uniform() < 0.5) {
    const degrees = rng.integer(-20, 20);
    return options.rotation && degrees !== 0
      ? { sources: rotate2d(pixels(shape), shape, degrees, { order: 0, fill: -1 }), degrees }
      : stay;
  }
  if (rng.uniform() < 0.5) {
    const down = padded(rng.uniform(), height);
    const right = padded(rng.uniform(), width);
    return options.crop && options.randomCrop === "lab" ? { sources: shift(shape, down, right), degrees: 0 } : stay;
  }
  return stay;
}

/** Counter-clockwise quarter turns as numpy.rot90, then a mirror: in memory every step along a row or column is a step along a row or column of the source. */
function turn(
  [height, width]: readonly number[],
  quarters: number,
  mirror: "none" | "leftRight" | "upDown",
): Int32Array {
  const last = height * width - 1;
  let [from, down, right] = [
    [0, width, 1],
    [width - 1, -1, width],
    [last, -width, -1],
    [last - width + 1, 1, -width],
  ][quarters];
  if (mirror === "leftRight") [from, right] = [from + (width - 1) * right, -right];
  if (mirror === "upDown") [from, down] = [from + (height - 1) * down, -down];
  const sources = new Int32Array(height * width);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0, source = from + y * down; x < width; x++, source += right) sources[i++] = source;
  return sources;
}

const pixels = ([height, width]: readonly number[]) => {
  const all = new Int32Array(height * width);
  for (let i = 0; i < all.length; i++) all[i] = i;
  return all;
};

/** Where a crop of a size begins that is cut from it, padded by 10 % on both sides: −10 % … +10 %. */
function padded(uniform: number, size: number): number {
  const margin = Math.round(0.1 * size);
  return Math.floor(uniform * (2 * margin + 1)) - margin;
}

function shift([height, width]: readonly number[], down: number, right: number): Int32Array {
  const sources = new Int32Array(height * width).fill(-1);
  for (let y = Math.max(0, -down); y < Math.min(height, height - down); y++)
    for (let x = Math.max(0, -right); x < Math.min(width, width - right); x++)
      sources[y * width + x] = (y + down) * width + x + right;
  return sources;
}

// Two loops of their own, not one for both kinds of array: that would be four times slower.
function gather(image: Float32Array, sources: Int32Array, channels: number): Float32Array {
  const moved = new Float32Array(image.length);
  if (channels === 1) {
    for (let i = 0; i < sources.length; i++) if (sources[i] >= 0) moved[i] = image[sources[i]];
    return moved;
  }
  for (let i = 0; i < sources.length; i++)
    if (sources[i] >= 0) for (let c = 0; c < channels; c++) moved[i * channels + c] = image[sources[i] * channels + c];
  return moved;
}

function gatherLabel(label: Int8Array, sources: Int32Array): Int8Array {
  const moved = new Int8Array(label.length);
  for (let i = 0; i < sources.length; i++) if (sources[i] >= 0) moved[i] = label[sources[i]];
  return moved;
}

function rotateSmoothly(
  image: Float32Array,
  shape: readonly number[],
  channels: number,
  degrees: number,
): Float32Array {
  const turned = new Float32Array(image.length);
  for (let c = 0; c < channels; c++) {
    const plane = channels === 1 ? image : image.filter((_, i) => i % channels === c);
    rotate2d(plane, shape, degrees, { order: 1, fill: 0 }).forEach((value, i) => {
      turned[i * channels + c] = value;
    });
  }
  return turned;
}

const words: Partial<Record<string, readonly string[]>> = {
  randomCrop: ["lab", "released"],
  flipAxis: ["either", "horizontal"],
  interpolation: ["nearest", "linear"],
};

/** Checks options that come from a file or a command line; what is left out is as in protocol lab. Throws a Problem for an unknown name or value. */
export function augmentationFrom(given: object): AugmentOptions {
  const defaults = augmentationOf("lab");
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name))
      throw new Problem(`augmentation: found option "${name}", expected one of ${Object.keys(defaults).join(", ")}`);
    const allowed: readonly unknown[] = words[name] ?? [true, false];
    if (!allowed.includes(value))
      throw new Problem(
        `augmentation: option ${name}: found ${JSON.stringify(value)}, expected ${allowed.join(" or ")}`,
      );
  }
  return { ...defaults, ...given };
}
