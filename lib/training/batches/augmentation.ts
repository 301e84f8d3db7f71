import type { Benchmark, Example, Opened } from "../../benchmarks/benchmark.js";
import { standardisedPatch } from "../../benchmarks/intensity.js";
import type { Rng } from "../../engine/random.js";
import { colour } from "../../images/augment/colour.js";
import { photoCrop } from "../../images/augment/photoCrop.js";
import { photometric } from "../../images/augment/photometric.js";
import { type AugmentOptions, augment, type Picture } from "../../images/augment/slices.js";
import { type Patch, patchOf } from "../../images/augment/volumes.js";

/** The options that act on a kind of benchmark: volumes are turned by quarters alone. */
export const augmentationsOf: Record<Benchmark["kind"], readonly (keyof AugmentOptions)[]> = {
  slices: ["rotation", "quarterTurns", "flip", "flipAxis", "crop", "randomCrop", "interpolation"],
  volumes: ["rotation", "quarterTurns", "flip", "flipAxis", "crop"],
  photographs: ["flip", "crop"],
};

/** What turns an example into what the network sees at a step, with its label; of the benchmark's `imageSize`. Of a patch it is said where in the volume it lies. */
export type Move = (example: Example, rng: Rng) => Picture & Partial<Pick<Patch, "slice" | "slices">>;

/**
 * The augmentation of a kind of benchmark. Photographs as in ReCo: labelled ones are scaled, cut, changed in colour, blurred and mirrored left to right, of unlabelled ones a
 * part is cut and no more, for what is done to them comes behind the teacher. Of volumes a patch is cut, and standardised where the windows of a test are.
 */
export function moveOf(
  {
    benchmark: { kind, imageSize: size, scales, channels },
    slidingWindow,
  }: Pick<Opened, "benchmark" | "slidingWindow">,
  augmentation: AugmentOptions,
): Move {
  if (kind === "photographs") {
    const { crop, flip } = augmentation;
    return (example, rng) =>
      example.label
        ? coloured(photoCrop(example, { size, scales, crop, flip }, rng), rng)
        : photoCrop(example, { size, crop, flip: false }, rng);
  }
  if (kind === "volumes") {
    const cut: Move = (example, rng) => patchOf(example, { ...augmentation, size }, rng);
    if (slidingWindow?.normalisation !== "patch") return cut;
    return (example, rng) => {
      const patch = cut(example, rng);
      return { ...patch, image: standardisedPatch(patch.image, channels) };
    };
  }
  return (example, rng) => augment(example, augmentation, rng);
}

/** Colours with probability 0.8, blur with probability ½. */
function coloured({ image, ...picture }: Picture, rng: Rng): Picture {
  const shape = [1, ...picture.shape, 3];
  const values = photometric({ values: colour({ values: image, shape }, [rng]), shape }, [rng], {
    jitterProbability: 0,
  });
  return { ...picture, image: values };
}
