import type { Opened, Preprocessing } from "../../benchmarks/benchmark.js";
import type { SlidingWindow } from "../../benchmarks/kinds/slidingWindow.js";
import * as tf from "../../engine/tf.js";
import { sizeOf } from "../../images/values.js";
import type { Volume } from "../../images/volume.js";
import type { Predictor, Trainer } from "../../methods/method.js";
import { Problem } from "../../problem.js";
import { type Planes, slidingWindow } from "./slidingWindow.js";
import { beforeBatch, type Watch } from "./watch.js";

/** Slices that go through the network at once; a fixed number, so that results do not depend on who asks. */
const slicesAtOnce = 16;

/** How a benchmark's volumes are shown to the network and put back; an `Opened` is one. */
export type Viewed = Preprocessing & Pick<Opened, "benchmark">;

/** What is wanted of a volume beside its classes, and how that is stopped and followed. */
export interface PredictOptions extends Watch {
  probabilities?: boolean;
  uncertainty?: boolean;
}

/** What the network says of the parts of a volume (`toNetwork`), a map [pixels] for each. */
export interface Predicted {
  /** The most likely class of every pixel. */
  classes: Uint8Array[];
  /** How likely each class is (softmax of the logits), the parts of the first class first; absent unless asked for. */
  probabilities?: Float32Array[][];
  /** Entropy of these in nats, from 0 to ln(classes); absent unless asked for. */
  uncertainty?: Float32Array[];
}

/** Shows a volume to the network, its slices some at once; a volume of a 3D benchmark by windows. What is not asked for takes no memory. */
export async function predictMaps(
  { predict }: Predictor,
  { toNetwork, slidingWindow: window, benchmark }: Viewed,
  image: Volume,
  { probabilities: isLikely = false, uncertainty: isUndecided = false, ...watch }: PredictOptions = {},
): Promise<Predicted> {
  const { slices, shape } = toNetwork(image);
  const width = benchmark.classes.length;
  const empty = () => slices.map(() => new Float32Array(sizeOf(shape)));
  const classes = slices.map(() => new Uint8Array(sizeOf(shape)));
  const probabilities = isLikely ? benchmark.classes.map(empty) : undefined;
  const uncertainty = isUndecided ? empty() : undefined;
  const pieces = window
    ? byWindows(predict, slices, shape, window, width, watch)
    : bySlices(predict, slices, [...shape, benchmark.channels], isLikely || isUndecided, watch);
  for await (const { part, from, best, rows } of pieces) {
    classes[part].set(best, from);
    for (const [c, maps] of (probabilities ?? []).entries()) maps[part].set(column(rows, width, c), from);
    uncertainty?.[part].set(entropies(rows, width), from);
  }
  return { classes, ...(probabilities && { probabilities }), ...(uncertainty && { uncertainty }) };
}

/** What the network says of neighbouring pixels of a part, the first of them number `from`: their classes, and rows of probabilities [pixels, classes]. */
interface Piece {
  part: number;
  from: number;
  best: Uint8Array;
  rows: Float32Array;
}

async function* byWindows(
  predict: Predictor["predict"],
  [volume]: readonly Float32Array[], // a volume of a 3D benchmark is one part
  shape: readonly number[],
  window: SlidingWindow,
  width: number,
  watch: Watch,
): AsyncGenerator<Piece> {
  const plane = sizeOf(shape.slice(1));
  for await (const { from, values } of windowed(predict, volume, shape, window, watch))
    yield { part: 0, from: from * plane, best: likeliest(values, width), rows: values };
}

/** The rows are empty unless asked for. */
async function* bySlices(
  predict: Predictor["predict"],
  slices: readonly Float32Array[],
  shape: readonly number[],
  isAsked: boolean,
  watch: Watch,
): AsyncGenerator<Piece> {
  for (let from = 0; from < slices.length; from += slicesAtOnce) {
    await beforeBatch(watch, from / slices.length);
    const some = slices.slice(from, from + slicesAtOnce);
    const [best, likely] = tf.tidy(() => {
      const logits = predict(stacked(some, shape));
      return [logits.argMax(-1), ...(isAsked ? [tf.softmax(logits)] : [])];
    });
    const maps = new Uint8Array(await best.data());
    const rows = new Float32Array(likely ? await likely.data() : []);
    tf.dispose([best, likely]);
    const [size, width] = [maps.length / some.length, rows.length / maps.length];
    for (const i of some.keys()) {
      const [begin, end] = [i * size, (i + 1) * size];
      yield {
        part: from + i,
        from: 0,
        best: maps.subarray(begin, end),
        rows: rows.subarray(begin * width, end * width),
      };
    }
  }
}

/** Probabilities of a volume [x, y, z, channels] by windows, some planes at a time. */
export function windowed(
  predict: Predictor["predict"],
  volume: Float32Array,
  shape: readonly number[],
  window: SlidingWindow,
  watch: Watch = {},
): AsyncGenerator<Planes> {
  const channels = volume.length / sizeOf(shape);
  const shown = async (patches: Float32Array, count: number) => {
    const likely = tf.tidy(() => tf.softmax(predict(tf.tensor(patches, [count, ...window.size, channels]))));
    const values = new Float32Array(await likely.data());
    likely.dispose();
    return values;
  };
  return slidingWindow(volume, shape, window, shown, watch);
}

/** The class of each row of probabilities that has the highest; the first of equal ones. */
function likeliest(rows: Float32Array, width: number): Uint8Array {
  const found = new Uint8Array(rows.length / width);
  for (let i = 0, at = 0; i < found.length; i++, at += width)
    for (let c = 1; c < width; c++) if (rows[at + c] > rows[at + found[i]]) found[i] = c;
  return found;
}

function column(rows: Float32Array, width: number, at: number): Float32Array {
  const found = new Float32Array(rows.length / width);
  for (let i = 0; i < found.length; i++) found[i] = rows[i * width + at];
  return found;
}

/** −Σ p ln p of every row; ln(width), which rounding may not exceed, where all are alike. */
function entropies(rows: Float32Array, width: number): Float32Array {
  const found = new Float32Array(rows.length / width);
  for (let i = 0; i < found.length; i++) {
    let sum = 0;
    for (let at = i * width; at < (i + 1) * width; at++) if (rows[at] > 0) sum -= rows[at] * Math.log(rows[at]);
    found[i] = Math.min(Math.max(0, sum), Math.log(width));
  }
  return found;
}

function stacked(slices: readonly Float32Array[], shape: readonly number[]): tf.Tensor {
  const size = slices[0].length;
  const values = new Float32Array(slices.length * size);
  for (const [i, slice] of slices.entries()) values.set(slice, i * size);
  return tf.tensor(values, [slices.length, ...shape]);
}

/** Classes of every voxel of a volume, on its own grid. */
export async function predictVolume(
  network: Predictor,
  viewed: Viewed,
  image: Volume,
  watch: Watch = {},
): Promise<Volume<Uint8Array>> {
  const { classes } = await predictMaps(network, viewed, image, watch);
  return viewed.fromNetwork(classes, image);
}

/** The most likely class of every pixel of images [count, …size, channels], as they are. */
export async function predictPatches(
  { predict }: Predictor,
  images: Float32Array,
  shape: number[],
): Promise<Uint8Array> {
  const best = tf.tidy(() => predict(tf.tensor(images, shape)).argMax(-1));
  const classes = Uint8Array.from(await best.data());
  best.dispose();
  return classes;
}

/** What a trainer tests. Throws a Problem where there is nothing to test. */
export function predictorOf({ predict }: Trainer): Predictor {
  if (predict) return { predict };
  throw new Problem("this training makes an encoder alone, which segments nothing; start a method from it instead");
}
