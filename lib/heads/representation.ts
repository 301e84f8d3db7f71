import { identity } from "../engine/native.js";
import { joinChannels } from "../engine/ops/joinChannels.js";
import { resize } from "../engine/ops/resize.js";
import { parameter, uniformInit } from "../engine/params.js";
import type { Rng } from "../engine/random.js";
import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";

/** One matrix [in, out] per level, coarse to fine; `in` counts the channels of this level and all coarser ones. */
export type RepresentationParams = { levels: tf.Variable[] };

/** Channels of the network's maps from coarse to fine, and length of a pixel's representation: 496 in 2D, 16 in 3D (the paper writes 512). */
export interface RepresentationOptions {
  widths?: readonly number[];
  outputs?: number;
}

/** A linear head on the pyramid of a network's maps. */
export interface Representation {
  init(rng: Rng): RepresentationParams;
  /** The map [batch, …size of the finest level, outputs] of features [batch, …size, width], coarse to fine. */
  dense(params: RepresentationParams, features: readonly tf.Tensor[]): tf.Tensor;
  /**
   * The whole head as one matrix [Σ widths, outputs]: a 1×1 map and an upsampling commute, so the representation of a pixel
   * is this matrix applied to what `featuresAt` gives there, and a mean of representations the same with `meanFeatures`.
   */
  matrix(params: RepresentationParams): tf.Tensor2D;
}

/**
 * The representation head of the released code (`FeatureExtractor`): from coarse to fine, upsample, join the next level's map, and add
 * a bias-free 1×1 convolution of both; the last convolution stands alone and gives the outputs.
 */
export function representation({
  widths = [256, 128, 64, 32, 16],
  outputs = 496,
}: RepresentationOptions = {}): Representation {
  const inputs = widths.map((_, level) => widths.slice(0, level + 1).reduce((a, b) => a + b));
  const last = widths.length - 1;
  return {
    init: (rng) => ({
      levels: inputs.map((width, level) =>
        parameter(uniformInit(rng, [width, level === last ? outputs : width], width)),
      ),
    }),
    dense: ({ levels }, features) =>
      features.reduce((coarse, map, level) => {
        const joined = level === 0 ? map : joinChannels(resize(coarse, map.shape.slice(1, -1)), map);
        const rows = asRows(joined);
        const mapped = rows.matMul(levels[level]);
        return (level === last ? mapped : mapped.add(rows)).reshape([...map.shape.slice(0, -1), -1]);
      }, features[0]),
    matrix: ({ levels }) =>
      levels.reduce<tf.Tensor>((coarse, weight, level) => {
        const step = level === last ? weight : weight.add(identity(inputs[level]));
        if (level === 0) return step;
        const before = inputs[level - 1];
        const [upper, lower] = tf.split(step, [before, widths[level]]);
        return tf.concat([coarse.matMul(upper), lower]);
      }, levels[0]) as tf.Tensor2D,
  };
}
