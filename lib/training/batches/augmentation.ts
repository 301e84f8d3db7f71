import type { Benchmark, Example } from "../../benchmarks/benchmark.js";
import type { Rng } from "../../engine/random.js";
import { photoCrop } from "../../images/augment/photoCrop.js";
import { type AugmentOptions, augment, type Picture } from "../../images/augment/slices.js";
import { type Patch, patchOf } from "../../images/augment/volumes.js";

/** What turns an example into what the network sees at a step, with its label; of the benchmark's `imageSize`. Of a patch it is said where in the volume it lies. */
export type Move = (example: Example, rng: Rng) => Picture & Partial<Pick<Patch, "slice" | "slices">>;

/** The geometric augmentation of a kind of benchmark. Photographs are scaled, cut and mirrored left to right; of the options only `crop` and `flip` concern them. Of volumes a patch is cut. */
export function moveOf({ kind, imageSize: size, scales }: Benchmark, augmentation: AugmentOptions): Move {
  if (kind === "photographs") {
    const { crop, flip } = augmentation;
    return (example, rng) => photoCrop(example, { size, scales, crop, flip }, rng);
  }
  if (kind === "volumes") return (example, rng) => patchOf(example, { ...augmentation, size }, rng);
  return (example, rng) => augment(example, augmentation, rng);
}
