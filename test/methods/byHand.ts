import type * as tf from "../../lib/engine/tf.js";

/** Class probabilities, one row a pixel. */
export type Rows = readonly (readonly number[])[];

/** Softmax of logits [..., classes], in double precision. */
export async function softmaxRows(logits: tf.Tensor): Promise<Rows> {
  const [values, classes] = [Array.from(await logits.data()), logits.shape[logits.rank - 1]];
  return Array.from({ length: values.length / classes }, (_, pixel) => {
    const powers = values.slice(pixel * classes, (pixel + 1) * classes).map(Math.exp);
    return powers.map((power) => power / sum(powers));
  });
}

/** Mean over pixels of −ln p of their class. */
export const crossEntropyOf = (rows: Rows, labels: ArrayLike<number>): number =>
  mean(rows.map((row, pixel) => -Math.log(row[labels[pixel]])));

/** ½(Dice + cross entropy), Dice with squared sizes averaged over all classes, or over those from a first one on. */
export function supervisedOf(rows: Rows, labels: ArrayLike<number>, first = 0): number {
  const dice = rows[0].map((_, of) => {
    const truth = rows.map((_, pixel) => (labels[pixel] === of ? 1 : 0));
    const overlap = sum(rows.map((row, pixel) => row[of] * truth[pixel]));
    const size = sum(rows.map((row) => row[of] ** 2)) + sum(truth);
    return 1 - (2 * overlap + 1e-5) / (size + 1e-5);
  });
  return (mean(dice.slice(first)) + crossEntropyOf(rows, labels)) / 2;
}

/** Mean squared difference. */
export const meanSquareOf = (one: Rows, other: Rows): number =>
  mean(one.map((row, pixel) => mean(row.map((value, of) => (value - other[pixel][of]) ** 2))));

/** The likeliest class of every pixel. */
export const likeliest = (rows: Rows): number[] => rows.map((row) => row.indexOf(Math.max(...row)));

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** The mean of some numbers. */
export const mean = (values: readonly number[]): number => sum(values) / values.length;
