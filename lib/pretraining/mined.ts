import type { Rng } from "../engine/random.js";
import { Problem } from "../problem.js";

/** Mined views of unlabelled images, and which of them each image of the batch is compared with. */
export interface Mined {
  /** The image of the batch that each view is of. */
  sources: readonly number[]; // [views]
  /** For each image of the batch, views of other images. */
  chosen: readonly (readonly number[])[]; // [images][count]
}

/**
 * The mined views of one step (x³ of the paper): the fewest views of unlabelled images, taken in turn from a random order, that give every image `count` views of others.
 * Throws a Problem where there is only one unlabelled image.
 */
export function mineViews(
  { labeled, unlabeled }: { labeled: number; unlabeled: number },
  count: number,
  rng: Rng,
): Mined {
  if (unlabeled < 2)
    throw new Problem(
      `relational pre-training: found ${unlabeled} unlabelled images in a batch, expected 2 or more to mine views of others; ` +
        'enlarge batch.unlabeled or set options.mined to "queue"',
    );
  const order = rng.permutation(unlabeled);
  const views = Math.ceil((count * unlabeled) / (unlabeled - 1)); // at most ⌈views/unlabeled⌉ ≤ views − count are of one image
  const sources = Array.from({ length: views }, (_, view) => labeled + order[view % unlabeled]);
  const others = (image: number) => [...sources.keys()].filter((view) => sources[view] !== image).slice(0, count);
  return { sources, chosen: Array.from({ length: labeled + unlabeled }, (_, image) => others(image)) };
}
