import type { Rng } from "../../engine/random.js";
import type { Population } from "../../samplers/population.js";
import type { ClassMap } from "../pseudoLabels.js";

/** The available pixels of each class; `shape` is the size of an image. */
export function populations(map: ClassMap, classes: number, shape: readonly number[]): Population[] {
  const counts = new Int32Array(classes);
  for (const label of map) if (label >= 0) counts[label]++;
  const pixels = Array.from(counts, (count) => new Int32Array(count));
  const filled = new Int32Array(classes);
  for (let i = 0; i < map.length; i++) if (map[i] >= 0) pixels[map[i]][filled[map[i]]++] = i;
  return pixels.map((of) => ({ pixels: of, shape }));
}

/**
 * Pixels of other classes, drawn independently: uniformly over all of them, or, with `shares` (one per class), the class first.
 * Empty where there are none.
 */
export function drawOthers(
  all: readonly Population[],
  own: number,
  n: number,
  rng: Rng,
  shares: readonly number[] = all.map(({ pixels }) => pixels.length),
): Int32Array {
  const weights = shares.map((share, at) => (at === own || all[at].pixels.length === 0 ? 0 : share));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return new Int32Array(0);
  return Int32Array.from({ length: n }, () => {
    let [at, left] = [0, rng.uniform(0, total)];
    while (at < weights.length - 1 && (weights[at] === 0 || left >= weights[at])) left -= weights[at++];
    while (weights[at] === 0) at--; // rounding at the upper end
    return all[at].pixels[rng.integer(0, all[at].pixels.length)];
  });
}

/** For each class the weights with which its negatives are drawn from the others: exp(cosine of the prototypes [classes, D] / temperature), as in ReCo; 0 for classes without pixels. */
export function relationShares(
  prototypes: Float32Array,
  all: readonly Population[],
  { temperature }: { temperature: number },
): number[][] {
  const width = prototypes.length / all.length;
  const row = (at: number) => prototypes.subarray(at * width, (at + 1) * width);
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  return all.map((_, own) =>
    all.map(({ pixels }, other) => {
      if (pixels.length === 0 || other === own) return 0;
      const lengths = Math.sqrt(dot(row(own), row(own)) * dot(row(other), row(other)));
      return Math.exp(dot(row(own), row(other)) / Math.max(lengths, 1e-12) / temperature);
    }),
  );
}
