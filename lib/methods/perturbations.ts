import { dropout, type MaskSeed } from "../engine/ops/dropout.js";
import { uniformNoise } from "../engine/ops/noise.js";
import * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";

/** A random change of a feature map [batch, …size, channels], determined by a seed (Ouali et al., CVPR 2020, section 3.3). */
export type Perturbation = (map: tf.Tensor, seed: MaskSeed) => tf.Tensor;

/** F-Noise: map·(1 + U(−range, range)), the same noise for every image of the batch. */
export const featureNoise =
  (range: number): Perturbation =>
  (map, seed) => {
    const images = rows(map);
    const factor = tf.tidy(() =>
      uniformNoise([1, images.shape[1]], seed)
        .mul(2 * range)
        .add(1 - range),
    );
    return images.mul(factor).reshape(map.shape);
  };

/** Dropout of single activations. */
export const elementDropout =
  (rate: number): Perturbation =>
  (map, seed) =>
    dropout(rows(map), rate, seed).reshape(map.shape);

/** Dropout of whole channels, each image's own. */
export const channelDropout =
  (rate: number): Perturbation =>
  (map, seed) =>
    dropout(map, rate, seed, { channels: true });

/** F-Drop: zeroes the most active places of each image, where the mean over channels reaches γ times the image's maximum; γ ~ U(from, to), one for the batch. */
export const featureDrop =
  ({ from, to }: { from: number; to: number }): Perturbation =>
  (map, seed) => {
    const places = map.reshape([map.shape[0], -1, map.shape[map.rank - 1]]); // [batch, places, channels]
    const kept = withoutGradient(() =>
      tf.tidy(() => {
        const share = uniformNoise([1], seed)
          .mul(to - from)
          .add(from); // γ
        const attention = places.mean(2, true);
        return attention.less(attention.max(1, true).mul(share)).cast("float32");
      }),
    );
    return places.mul(kept).reshape(map.shape);
  };

/** A map as [batch, values]: WebGPU's operations know at most four axes. */
const rows = (map: tf.Tensor): tf.Tensor2D => map.reshape([map.shape[0], map.size / map.shape[0]]);
