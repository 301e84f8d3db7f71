import { createHash } from "node:crypto";
import * as tf from "../tf.js";
import { uniformNoise } from "./noise.js";

/** Two 32-bit numbers that decide a mask: equal seeds give equal masks, in any process. */
export type MaskSeed = readonly [number, number];

/** The mask seeds of one forward pass; every call gives the next layer's. Name it by run seed, network and step. */
export function maskSeeds(seed: number, ...name: (string | number)[]): () => MaskSeed {
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, "mask", ...name]))
    .digest();
  const first = digest.readInt32LE(0);
  let layer = digest.readInt32LE(4);
  return () => {
    layer = (layer + 1) | 0;
    return [first, layer];
  };
}

/** Inverted dropout: sets a share `rate` of the values (or, with `channels`, of the whole channels) to zero and divides the others by 1 − rate. */
export function dropout(x: tf.Tensor, rate: number, seed: MaskSeed, { channels = false } = {}): tf.Tensor {
  if (rate === 0) return x;
  const image = channels ? x.reshape([x.shape[0], -1, x.shape[x.rank - 1]]) : x; // [batch, pixels, channels]
  const shape = channels ? [image.shape[0], 1, image.shape[2] ?? 1] : x.shape;
  return tf
    .mul(
      image,
      tf.tidy(() =>
        tf
          .greaterEqual(uniformNoise(shape, seed), rate)
          .cast("float32")
          .div(1 - rate),
      ),
    )
    .reshape(x.shape);
}
