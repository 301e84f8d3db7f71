import { attributes, constantVector, executeMany, floatAttribute, hasKernels, nativeOp } from "../native.js";
import * as tf from "../tf.js";
import { leakyRelu } from "./activation.js";
import { batchNorm, epsilon, momentum, type Norm } from "./batchNorm.js";
import { dropout, type MaskSeed } from "./dropout.js";

/** How a batch normalisation with activation runs; see `batchNorm`, `leakyRelu` and `dropout`. */
export interface ActivatedNormOptions {
  training: boolean;
  /** Bias of the convolution in front, left out there. */
  bias?: tf.Tensor;
  /** Whether training moves the running statistics. */
  track?: boolean;
  /** 0 makes it a ReLU. */
  slope?: number;
  /** Share of the values that dropout sets to zero; needs a seed. */
  rate?: number;
  seed?: MaskSeed;
}

/** Batch normalisation, leaky ReLU and dropout, one after the other: on the CPU one operation of our own. */
export function activatedNorm(
  x: tf.Tensor,
  norm: Norm,
  { training, bias, track = true, slope = 0.01, rate = 0, seed }: ActivatedNormOptions,
): tf.Tensor {
  const dropped = seed && rate > 0 ? rate : 0;
  if (!hasKernels()) {
    const active = leakyRelu(batchNorm(x, norm, { training, bias, track }), slope);
    return seed && dropped > 0 ? dropout(active, dropped, seed) : active;
  }
  const inputs = { x, scale: norm.scale, offset: norm.offset, mean: norm.mean, variance: norm.variance };
  const shift = bias ?? constantVector(norm.scale.size, 0);
  const mask = tf.tensor1d(seed ? [...seed] : [0, 0], "int32");
  const [y, mean, variance] = ownNorm({ ...inputs, bias: shift, mask }, { slope, rate: dropped, training });
  if (training && track) {
    norm.mean.assign(mean as tf.Tensor1D);
    norm.variance.assign(variance as tf.Tensor1D);
  }
  tf.dispose([mean, variance, mask]);
  return y;
}

interface Inputs extends Record<string, tf.Tensor> {
  x: tf.Tensor;
  scale: tf.Tensor;
  offset: tf.Tensor;
  mean: tf.Tensor;
  variance: tf.Tensor;
  bias: tf.Tensor;
  mask: tf.Tensor;
}

interface Settings {
  slope: number;
  rate: number;
  training: boolean;
}

const settings = ({ slope, rate, training }: Settings) =>
  attributes(`own norm ${slope} ${rate} ${training}`, () => [
    floatAttribute("epsilon", epsilon),
    floatAttribute("momentum", momentum),
    floatAttribute("slope", slope),
    floatAttribute("rate", rate),
    floatAttribute("training", training ? 1 : 0),
  ]);

const ownNorm = nativeOp<Inputs, Settings>({
  name: "ArcoActivatedNorm",
  forward: ({ x, scale, offset, mean, variance, bias, mask }, attributes) =>
    executeMany("ArcoNorm", settings(attributes), [x, scale, offset, mean, variance, bias, mask], 4),
  saveInputs: ["x", "scale", "offset", "mask"],
  saveOutputs: [false, false, false, true],
  gradient: (dy, [x, scale, offset, mask, used], attributes) => {
    const [dx, dScale, dOffset] = executeMany(
      "ArcoNormGrad",
      settings(attributes),
      [dy, x, scale, offset, used, mask],
      3,
    );
    const zero = () => constantVector(scale.size, 0).clone();
    const bias = () => tf.mul(dOffset, tf.mul(scale, used.slice([1, 0], [1, scale.size]).reshape([scale.size])));
    return {
      x: () => dx,
      scale: () => dScale,
      offset: () => dOffset,
      bias: attributes.training ? zero : bias,
      mean: zero,
      variance: zero,
      mask: () => tf.zerosLike(mask),
    };
  },
});
