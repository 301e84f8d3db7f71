import { enqueue } from "../engine/ops/enqueue.js";
import { statistic } from "../engine/params.js";
import * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";
import { contrast } from "./contrast.js";

/** Inputs of the selection, one value per pixel: labelled images first, each list in row-major order. */
export interface BankPixels {
  /** Given and pseudo labels; −1: none. */
  labels: Int32Array;
  /** How many of the pixels belong to labelled images. */
  labeled: number;
  /** The teacher's probabilities, [pixels, classes]. */
  probabilities: Float32Array;
  /** The masks of `entropyMasks`. */
  low: Uint8Array;
  high: Uint8Array;
}

/** Pixels by class. */
export interface BankSelection {
  /** Those whose mean is the prototype. */
  members: Int32Array[];
  /** Those from which queries are drawn. */
  anchors: Int32Array[];
  /** Those that enter the bank. */
  keys: Int32Array[];
}

/** The thresholds of the released code. */
export interface BankSelectionOptions {
  /** An anchor's class has more than this probability. */
  anchorAbove?: number;
  /** A key's class has less than this probability. */
  keyBelow?: number;
  /** A key's class has at least this rank among its pixel's classes, 0 being the likeliest, and less than the second number. */
  ranks?: readonly [number, number];
}

/**
 * Members V_c, anchors A_c and new keys N_c of every class, as `compute_contra_memobank_loss` (from U2PL, Wang et al. 2022) selects them.
 * Its condition on keys of labelled images contradicts itself, so they are always unlabelled; with fewer than four classes there are none.
 */
export function bankSelection(
  { labels, labeled, probabilities, low, high }: BankPixels,
  { anchorAbove = 0.3, keyBelow = 0.97, ranks = [3, 20] }: BankSelectionOptions = {},
): BankSelection {
  const classes = probabilities.length / labels.length;
  const probability = (pixel: number, of = labels[pixel]) => probabilities[pixel * classes + of];
  const rank = (pixel: number) => {
    let before = 0;
    for (let other = 0; other < classes; other++) if (probability(pixel, other) > probability(pixel)) before++;
    return before;
  };
  const pixels = labels.map((_, pixel) => pixel);
  const byClass = (chosen: Int32Array) =>
    Array.from({ length: classes }, (_, of) => chosen.filter((pixel) => labels[pixel] === of));
  const members = pixels.filter((pixel) => labels[pixel] >= 0 && low[pixel] === 1);
  const keys = pixels
    .subarray(labeled)
    .filter((pixel) => labels[pixel] >= 0 && high[pixel] === 1 && probability(pixel) < keyBelow)
    .filter((pixel) => rank(pixel) >= ranks[0] && rank(pixel) < ranks[1]);
  return {
    members: byClass(members),
    anchors: byClass(members.filter((pixel) => probability(pixel) > anchorAbove)),
    keys: byClass(keys),
  };
}

/** The queue of a class's keys [capacity, D]: the next one is written to row `entered` modulo the capacity; once full, `entered` stays between capacity and twice that. */
export interface Bank {
  rows: tf.Variable;
  entered: number;
}

/** A bank that begins with some rows [n, D]: the released one with one row, of zeros in 2D and normally distributed in 3D. */
export function bankInit(capacity: number, first: tf.Tensor): Bank {
  const bank = { rows: statistic(tf.zeros([capacity, first.shape[1] ?? 0])), entered: 0 };
  remember(bank, first);
  return bank;
}

/** Puts keys [n, D] into a bank; when it is full, the oldest are overwritten. */
export function remember(bank: Bank, keys: tf.Tensor): void {
  enqueue(bank.rows, keys, bank.entered);
  const [capacity] = bank.rows.shape;
  const entered = bank.entered + keys.shape[0];
  bank.entered = entered < capacity ? entered : capacity + (entered % capacity); // bounded, however long the training
}

/** The rows of a bank in memory, and in which of them its keys lie, the oldest first. */
function contents({ rows, entered }: Bank): { rows: tf.Tensor; count: number; place: (position: number) => number } {
  const [capacity] = rows.shape;
  if (entered < capacity) return { rows: rows.slice(0, entered), count: entered, place: (position) => position };
  return { rows, count: capacity, place: (position) => (entered + position) % capacity };
}

/** Representations computed where they are needed, so that no dense map need exist. */
export interface RepresentationSource {
  /** The student's representations at some pixels, [n, D], with gradient. */
  student(pixels: Int32Array): tf.Tensor;
  /** The teacher's mean representations over lists of pixels, [lists, D]. */
  teacherMeans(lists: readonly Int32Array[]): tf.Tensor;
}

/** Draws n positions from a list of `count` entries; `pixels` is that list where its entries are pixels, for samplers that use locations. */
export type DrawPositions = (count: number, n: number, pixels?: Int32Array) => Int32Array;

/** The constants of the released code. */
export interface MemoryBankOptions {
  /** Queries of each class, and negatives of each query. */
  queries?: number;
  negatives?: number;
  temperature?: number;
  /** Which bank a class is compared with. The released code indexes anchors by class but banks by position among the present classes. */
  align?: "byClass" | "byPosition";
}

/**
 * The released L_contrast: per class, anchors against the mean of the class and negatives from the bank; the mean over the classes that are
 * present, where those without anchors or keys count as 0. With fewer than two classes it is 0. Only the queries have a gradient.
 */
export function memoryBankContrast(
  { members, anchors }: BankSelection,
  banks: readonly Bank[],
  { student, teacherMeans }: RepresentationSource,
  draw: DrawPositions,
  { queries = 256, negatives = 512, temperature = 0.5, align = "byPosition" }: MemoryBankOptions = {},
): tf.Scalar {
  const present = members.flatMap((pixels, of) => (pixels.length > 0 ? [of] : []));
  const pairs = present
    .map((of, position) => ({ query: align === "byClass" ? of : position, bank: banks[of] }))
    .filter(({ query, bank }) => anchors[query].length > 0 && bank.entered > 0);
  if (present.length < 2 || pairs.length === 0) return tf.scalar(0);
  const prototypes = withoutGradient(() => teacherMeans(pairs.map(({ query }) => members[query])));
  const losses = pairs.map(({ query, bank }, i) => {
    const list = anchors[query];
    const pixels = draw(list.length, queries, list).map((position) => list[position]);
    const { rows, count, place } = withoutGradient(() => contents(bank));
    const own = draw(count, queries * negatives).map(place);
    const prototype = withoutGradient(() => prototypes.slice(i, 1));
    return contrast(student(pixels), prototype, rows, { temperature, own }).mean();
  });
  return tf.addN(losses).div(present.length);
}
