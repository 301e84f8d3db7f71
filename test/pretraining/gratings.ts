import { stream } from "../../lib/engine/random.js";
import type { ViewRecipe } from "../../lib/images/augment/views.js";
import type { Batch } from "../../lib/methods/method.js";
import { viewsOf } from "../../lib/training/batches/batch.js";
import { toBatch } from "../../lib/training/loop.js";

/** Eight stripe patterns, no two alike, with views of each. */
export function gratings(step: number, views: Readonly<Record<string, ViewRecipe>>): Batch {
  const [count, size] = [8, 16];
  const rng = stream(0, "gratings", step);
  const image = new Float32Array(count * size * size);
  for (let at = 0; at < image.length; at += size * size) {
    const [frequency, angle, phase] = [rng.uniform(0.2, 2.5), rng.uniform(0, Math.PI), rng.uniform(0, 2 * Math.PI)];
    for (let i = 0; i < size * size; i++) {
      const along = Math.cos(angle) * (i % size) + Math.sin(angle) * Math.floor(i / size);
      image[at + i] = Math.sin(frequency * along + phase);
    }
  }
  const raw = {
    ...{ step, image, imageShape: [count, size, size, 1], labeled: 0, unlabeled: count },
    ...{ label: new Int32Array(), labelShape: [0, size, size], examples: [] },
  };
  return toBatch({ ...raw, views: viewsOf(raw, views, 0) });
}
