import type * as tf from "../engine/tf.js";
import type { Batch } from "../methods/method.js";

/** Slices of a slab: the fewest that a V-Net can halve four times. */
export const slabDepth = 16;

/** Patches [n, x, y, z, channels] cut into slabs [n·z/16, x, y, 16, channels] side by side along z, those of a patch after each other. */
export function slabsOf(patches: tf.Tensor): tf.Tensor {
  const [n, x, y, z, channels] = patches.shape;
  const count = z / slabDepth;
  const slabs = patches.reshape([n, x * y, count, slabDepth * channels]).transpose([0, 2, 1, 3]);
  return slabs.reshape([n * count, x, y, slabDepth, channels]);
}

/** Where the slabs of patches lie: the slices of their volumes that are in their middles, from the places of patches `depth` slices long. */
export const slabPlaces = (examples: Batch["examples"], depth: number): Batch["examples"] =>
  examples.flatMap((example) =>
    Array.from({ length: depth / slabDepth }, (_, at) => {
      const middle = example.slice + (at + 0.5) * slabDepth;
      return { ...example, slice: Math.min(example.slices - 1, Math.max(0, middle)) }; // what surrounds a short volume is of its ends
    }),
  );
