import { attributes, constantVector, executeMany, floatAttribute, hasKernels, isWebGpu, nativeOp } from "../native.js";
import * as tf from "../tf.js";
import { leakyRelu } from "./activation.js";
import { batchNorm, momentum, type Norm, type NormMode, usualEpsilon } from "./batchNorm.js";
import { dropout, type MaskSeed } from "./dropout.js";

/** How a batch normalisation with activation runs; see `batchNorm`, `leakyRelu` and `dropout`. */
export interface ActivatedNormOptions extends NormMode {
  /** 0 makes it a ReLU, 1 leaves the activation out. */
  slope?: number;
  /** Largest value of the activation: 6 and slope 0 make it a ReLU6. */
  ceiling?: number;
  /** Share of the values that dropout sets to zero; needs a seed. */
  rate?: number;
  seed?: MaskSeed;
}

/** Batch normalisation, leaky ReLU and dropout, one after the other: on the CPU one operation of our own. */
export function activatedNorm(
  x: tf.Tensor,
  norm: Norm,
  {
    training,
    bias,
    track = true,
    epsilon = usualEpsilon,
    slope = 0.01,
    ceiling = unlimited,
    rate = 0,
    seed,
  }: ActivatedNormOptions,
): tf.Tensor {
  const dropped = seed && rate > 0 ? rate : 0;
  if (!hasKernels() && !isWebGpu()) {
    const rising = leakyRelu(batchNorm(x, norm, { training, bias, track, epsilon }), slope);
    const active = ceiling < unlimited ? tf.minimum(rising, ceiling) : rising;
    return seed && dropped > 0 ? dropout(active, dropped, seed) : active;
  }
  const inputs = { x, scale: norm.scale, offset: norm.offset, mean: norm.mean, variance: norm.variance };
  const shift = bias ?? constantVector(norm.scale.size, 0);
  const mask = tf.tensor1d(seed ? [...seed] : [0, 0], "int32");
  const [y, mean, variance] = ownNorm(
    { ...inputs, bias: shift, mask },
    { epsilon, momentum, slope, ceiling, rate: isWebGpu() ? 0 : dropped, training },
  );
  if (training && track) {
    norm.mean.assign(mean as tf.Tensor1D);
    norm.variance.assign(variance as tf.Tensor1D);
  }
  tf.dispose([mean, variance, mask]);
  return isWebGpu() && seed && dropped > 0 ? dropout(y, dropped, seed) : y;
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

/** The largest float32. */
const unlimited = 2 ** 128 - 2 ** 104;

interface Settings {
  epsilon: number;
  momentum: number;
  slope: number;
  ceiling: number;
  rate: number;
  training: boolean;
}

const settings = ({ epsilon, momentum, slope, ceiling, rate, training }: Settings) =>
  attributes(`own norm ${epsilon} ${slope} ${ceiling} ${rate} ${training}`, () => [
    floatAttribute("epsilon", epsilon),
    floatAttribute("momentum", momentum),
    floatAttribute("slope", slope),
    floatAttribute("ceiling", ceiling),
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
    const [dx, dScale, dOffset] = isWebGpu()
      ? (tf
          .engine()
          .runKernel("ArcoActivatedNormGrad", { dy, x, scale, offset, used }, { ...attributes }) as tf.Tensor[])
      : executeMany("ArcoNormGrad", settings(attributes), [dy, x, scale, offset, used, mask], 3);
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
