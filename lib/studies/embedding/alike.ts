import { fixed } from "../../written.js";
import type { StepApart } from "../step/apart.js";

/** Mean cosine of two different rows [n, d]: near 1 where all point the same way. NaN for fewer than two rows. */
export function meanCosine(rows: ArrayLike<number>, [n, d]: readonly [number, number]): number {
  const sum = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (let x = 0; x < d; x++) square += rows[i * d + x] ** 2;
    for (let x = 0; x < d; x++) sum[x] += rows[i * d + x] / Math.sqrt(square);
  }
  return (sum.reduce((total, value) => total + value * value, 0) - n) / (n * (n - 1)); // the square of a sum of units holds all products
}

/** How alike the student represents the pixels of a step that was taken apart: mean cosine of two of those it tells of. */
export function alikeness({ events }: Pick<StepApart, "events">): number {
  const told = events.filter(({ name }) => name.startsWith("representations of class"));
  const n = told.reduce((sum, { shape }) => sum + shape[0], 0);
  const rows = told.flatMap(({ values }) => Array.from(values));
  return meanCosine(rows, [n, rows.length / n]);
}

/** What a flat loss is worth at that likeness: where all pixels are represented alike, the loss of a class is the same everywhere for no reason of anatomy. */
export function alikeFinding(before: readonly number[], after: readonly number[]): string {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
  const [start, end] = [mean(before), mean(after)];
  const words = `Mean cosine of the student's representations of two pixels: ${fixed(start, 3)} at the start, ${fixed(end, 3)} at the end.`;
  return end > 0.95
    ? `${words} All pixels are represented almost alike, so the shape of the loss at the end says little of the anatomy: it follows the keys of each class.`
    : words;
}
