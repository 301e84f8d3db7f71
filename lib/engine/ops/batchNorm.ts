import {
  attributes,
  boolAttribute,
  constantVector,
  executeMany,
  floatAttribute,
  isNative,
  nativeOp,
  stringAttribute,
  typeAttribute,
} from "../native.js";
import { asRows } from "../rows.js";
import * as tf from "../tf.js";

/** What a batch normalisation owns, each [channels]: trained scale and offset, running mean and (unbiased) variance. */
export interface Norm {
  scale: tf.Variable;
  offset: tf.Variable;
  mean: tf.Variable;
  variance: tf.Variable;
}

/** Added to the variance, as in PyTorch, unless told otherwise. */
export const usualEpsilon = 1e-5;
/** Share of the batch in the running statistics. */
export const momentum = 0.1; // PyTorch's convention: running ← 0.9·running + 0.1·batch

/**
 * Batch normalisation over all axes but the last. In training it uses the batch's statistics and moves the running ones
 * (unless `track` is false); otherwise it uses the running ones.
 * `bias` is the bias of the convolution in front, which must then be left out there: it cancels in training
 * (its gradient is exactly zero) and only shifts the running mean.
 */
export function batchNorm(
  x: tf.Tensor,
  norm: Norm,
  { training, bias, track = true, epsilon = usualEpsilon }: NormMode,
): tf.Tensor {
  return (isNative() ? nativeBatchNorm : composedBatchNorm)(x, norm, { training, bias, track, epsilon });
}

/** How a batch normalisation runs. */
export interface NormMode {
  training: boolean;
  bias?: tf.Tensor;
  track?: boolean;
  epsilon?: number;
}

type Filled = NormMode & { track: boolean; epsilon: number };

function nativeBatchNorm(x: tf.Tensor, norm: Norm, { training, bias, track, epsilon }: Filled): tf.Tensor {
  const image = x.rank < 4 ? x.reshape([-1, 1, 1, x.shape[x.rank - 1]]) : x; // TensorFlow's operation knows images and volumes
  const inputs = { x: image, scale: norm.scale, offset: norm.offset, mean: norm.mean, variance: norm.variance };
  const [y, mean, variance] = fusedNorm(bias ? { ...inputs, bias } : inputs, { training, epsilon });
  if (training && track) {
    norm.mean.assign(mean as tf.Tensor1D);
    norm.variance.assign(variance as tf.Tensor1D);
  }
  return y.reshape(x.shape);
}

function composedBatchNorm(x: tf.Tensor, norm: Norm, { training, bias, track, epsilon }: Filled): tf.Tensor {
  const rows = asRows(x);
  const normalised = (mean: tf.Tensor, variance: tf.Tensor) =>
    tf.sub(rows, mean).mul(variance.add(epsilon).rsqrt().mul(norm.scale)).add(norm.offset).reshape(x.shape);
  if (!training) return normalised(bias ? tf.sub(norm.mean, bias) : norm.mean, norm.variance);
  const mean = rows.mean(0);
  const variance = tf.sub(rows, mean).square().mean(0);
  if (track) {
    const count = rows.shape[0];
    const moved = (running: tf.Tensor, batch: tf.Tensor) =>
      tf.add(running.mul(1 - momentum), batch.mul(momentum)) as tf.Tensor1D;
    tf.tidy(() => {
      norm.mean.assign(moved(norm.mean, bias ? mean.add(bias) : mean));
      norm.variance.assign(moved(norm.variance, variance.mul(count / (count - 1))));
    });
  }
  return normalised(mean, variance);
}

const normAttributes = (rank: number, { training, epsilon }: Attributes, factor?: number) =>
  attributes(`norm ${rank} ${training} ${epsilon} ${factor}`, () => [
    typeAttribute(),
    typeAttribute("U"),
    floatAttribute("epsilon", epsilon),
    ...(factor === undefined ? [] : [floatAttribute("exponential_avg_factor", factor)]),
    stringAttribute("data_format", rank === 5 ? "NDHWC" : "NHWC"),
    boolAttribute("is_training", training),
  ]);

interface Attributes {
  training: boolean;
  epsilon: number;
}

interface NormInputs extends Record<string, tf.Tensor> {
  x: tf.Tensor;
  scale: tf.Tensor;
  offset: tf.Tensor;
  mean: tf.Tensor;
  variance: tf.Tensor;
}

// Given a shifted mean, the operation returns the running mean ready to keep:
// 0.9·(running + 0.1/0.9·bias) + 0.1·mean(x) = 0.9·running + 0.1·(mean(x) + bias). Outside training x + bias − running = x − (running − bias).
function shifted(mean: tf.Tensor, bias: tf.Tensor | undefined, training: boolean): tf.Tensor {
  if (!bias) return mean;
  return training ? tf.add(mean, tf.mul(bias, momentum / (1 - momentum))) : tf.sub(mean, bias);
}

const fusedNorm = nativeOp<NormInputs, Attributes>({
  name: "ArcoBatchNorm",
  forward: ({ x, scale, offset, mean, variance, bias }, mode) =>
    executeMany(
      "FusedBatchNormV3",
      normAttributes(x.rank, mode, mode.training ? momentum : 1),
      [x, scale, offset, shifted(mean, bias, mode.training), variance],
      6,
    ),
  saveInputs: ["x", "scale", "variance"],
  saveOutputs: [false, true, false, true, true, true],
  gradient: (dy, [x, scale, variance, mean, ...reserved], mode) => {
    const { training, epsilon } = mode;
    const kept = training ? reserved : [mean, variance, reserved[2]];
    const [dx, dScale, dOffset] = executeMany(
      "FusedBatchNormGradV3",
      normAttributes(x.rank, mode),
      [dy, x, scale, ...kept],
      5,
    );
    const zero = () => constantVector(scale.size, 0).clone();
    const bias = () => tf.mul(dOffset, tf.mul(scale, tf.rsqrt(variance.add(epsilon))));
    return {
      x: () => dx,
      scale: () => dScale,
      offset: () => dOffset,
      mean: zero,
      variance: zero,
      bias: training ? zero : bias,
    };
  },
});
