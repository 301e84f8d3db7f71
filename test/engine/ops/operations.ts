import { type ActivatedNormOptions, activatedNorm } from "../../../lib/engine/ops/activatedNorm.js";
import { addRelu, leakyRelu, relu } from "../../../lib/engine/ops/activation.js";
import { batchNorm, type Norm } from "../../../lib/engine/ops/batchNorm.js";
import { addBias, type ConvOptions, conv, convBias, upConv } from "../../../lib/engine/ops/conv.js";
import { crossEntropy, meanCrossEntropy } from "../../../lib/engine/ops/crossEntropy.js";
import { depthwise } from "../../../lib/engine/ops/depthwise.js";
import { dropout } from "../../../lib/engine/ops/dropout.js";
import { gatherRows } from "../../../lib/engine/ops/gather.js";
import { joinChannels } from "../../../lib/engine/ops/joinChannels.js";
import { maxPool } from "../../../lib/engine/ops/pool.js";
import { resize } from "../../../lib/engine/ops/resize.js";
import { unitRows } from "../../../lib/engine/ops/unitRows.js";
import { weightedRows } from "../../../lib/engine/ops/weightedRows.js";
import * as tf from "../../../lib/engine/tf.js";
import type { Operation } from "./operation.js";

/** Every differentiable operation of the engine, at sizes that are small, uneven and unlike each other. */
export const operations: readonly Operation[] = [
  convolution("3×3", [2, 7, 6, 3], [3, 3, 3, 4]),
  convolution("1×1", [2, 5, 4, 3], [1, 1, 3, 2]),
  convolution("3×3, stride 2", [2, 7, 6, 3], [3, 3, 3, 4], { stride: 2 }),
  convolution("3×3, stride 2, valid", [1, 8, 7, 2], [3, 3, 2, 3], { stride: 2, padding: "valid" }),
  convolution("4×4, stride 2, one zero around", [2, 8, 6, 2], [4, 4, 2, 3], { stride: 2, padding: 1 }),
  convolution("3×3, dilation 2", [1, 9, 8, 2], [3, 3, 2, 3], { dilation: 2 }),
  convolution("3×3, dilation 3, three zeros around", [1, 9, 8, 2], [3, 3, 2, 2], { dilation: 3, padding: 3 }),
  convolution("3×3, dilation 2, valid", [1, 9, 8, 2], [3, 3, 2, 2], { dilation: 2, padding: "valid" }),
  convolution("3×3×3", [2, 4, 5, 3, 2], [3, 3, 3, 2, 3]),
  convolution("2×2×2, stride 2", [1, 4, 6, 4, 2], [2, 2, 2, 2, 3], { stride: 2, padding: "valid" }),
  convolution("3×3×3, stride 2", [1, 5, 4, 6, 2], [3, 3, 3, 2, 2], { stride: 2 }),
  convolution("3×3×3, dilation 2", [1, 5, 6, 7, 2], [3, 3, 3, 2, 2], { dilation: 2 }),
  convolution("3×3, dilation 6, some taps outside", [1, 9, 9, 2], [3, 3, 2, 2], { dilation: 6 }),
  convolution("3×3, dilation 18, all but one tap outside", [2, 7, 6, 2], [3, 3, 2, 3], { dilation: 18 }),
  depthwiseConvolution("3×3", [2, 7, 6, 3], [3, 3, 3, 1]),
  depthwiseConvolution("5×5, stride 2", [2, 8, 7, 3], [5, 5, 3, 1], 2),
  {
    name: "convolution with bias",
    inputs: { x: { shape: [2, 5, 6, 2] }, filter: { shape: [3, 3, 2, 3] }, bias: { shape: [3] } },
    run: ({ x, filter, bias }) => convBias(x, filter, bias),
  },
  {
    name: "convolution of a volume with bias",
    inputs: { x: { shape: [2, 3, 4, 5, 2] }, filter: { shape: [3, 3, 3, 2, 3] }, bias: { shape: [3] } },
    run: ({ x, filter, bias }) => convBias(x, filter, bias),
  },
  {
    name: "bias",
    inputs: { x: { shape: [2, 3, 4, 5] }, bias: { shape: [5] } },
    run: ({ x, bias }) => addBias(x, bias),
  },
  {
    name: "transposed convolution",
    inputs: { x: { shape: [2, 3, 4, 3] }, filter: { shape: [2, 2, 2, 3] } },
    run: ({ x, filter }) => upConv(x, filter),
  },
  {
    name: "transposed convolution of a volume",
    inputs: { x: { shape: [2, 2, 3, 4, 3] }, filter: { shape: [2, 2, 2, 2, 3] } },
    run: ({ x, filter }) => upConv(x, filter),
  },
  ...[
    [3, 4, 5, 3],
    [2, 3, 4, 2, 3],
  ].flatMap((shape) => [
    normalisation("in training", shape, true),
    normalisation("in training, with bias", shape, true, true),
    normalisation("in evaluation", shape, false),
    normalisation("in evaluation, with bias", shape, false, true),
    activation("in training, with bias", shape, { training: true, slope: 1 }),
    activation("in evaluation, with bias", shape, { training: false, slope: 1 }),
  ]),
  { name: "leaky ReLU", inputs: { x: { shape: [2, 4, 3, 3], values: "apart" } }, run: ({ x }) => leakyRelu(x) },
  {
    name: "leaky ReLU of slope 0.2",
    inputs: { x: { shape: [2, 4, 3, 3], values: "apart" } },
    run: ({ x }) => leakyRelu(x, 0.2),
  },
  { name: "ReLU", inputs: { x: { shape: [2, 2, 3, 4, 3], values: "apart" } }, run: ({ x }) => relu(x) },
  {
    name: "ReLU of a sum",
    inputs: { x: { shape: [2, 4, 3, 3], values: "apart" }, y: { shape: [2, 4, 3, 3], values: "apart" } },
    run: ({ x, y }) => addRelu(x, y.mul(2)), // an odd number of twentieths, never 0
  },
  { name: "resize to twice", inputs: { x: { shape: [2, 3, 4, 2] } }, run: ({ x }) => resize(x, [6, 8]) },
  { name: "resize up and down", inputs: { x: { shape: [2, 5, 4, 3] } }, run: ({ x }) => resize(x, [7, 3]) },
  { name: "resize a volume", inputs: { x: { shape: [2, 3, 4, 2, 3] } }, run: ({ x }) => resize(x, [6, 7, 4]) },
  { name: "resize a volume down", inputs: { x: { shape: [1, 5, 6, 4, 2] } }, run: ({ x }) => resize(x, [3, 3, 3]) },
  { name: "max pooling", inputs: { x: { shape: [2, 6, 4, 3], values: "apart" } }, run: ({ x }) => maxPool(x) },
  {
    name: "max pooling of an uneven image",
    inputs: { x: { shape: [2, 5, 7, 2], values: "apart" } },
    run: ({ x }) => maxPool(x),
  },
  {
    name: "max pooling of a volume",
    inputs: { x: { shape: [2, 4, 2, 6, 2], values: "apart" } },
    run: ({ x }) => maxPool(x),
  },
  {
    name: "two tensors side by side",
    inputs: { left: { shape: [2, 3, 2, 3] }, right: { shape: [2, 3, 2, 4] } },
    run: ({ left, right }) => joinChannels(left, right),
  },
  {
    name: "cross entropy",
    inputs: { logits: { shape: [2, 2, 3, 4] } },
    run: ({ logits }) => crossEntropy(logits, labels([2, 2, 3], 4)),
  },
  {
    name: "cross entropy of a volume, mean",
    inputs: { logits: { shape: [2, 2, 3, 2, 3] } },
    run: ({ logits }) => meanCrossEntropy(logits, labels([2, 2, 3, 2], 3)),
  },
  {
    name: "gather",
    inputs: { x: { shape: [6, 3] } },
    run: ({ x }) => gatherRows(x, tf.tensor1d([4, 0, 4, 4, 5, 0], "int32")),
  },
  ...[1, 3].map((taps) => ({
    name: `weighted rows, ${taps} of them`,
    inputs: { x: { shape: [7, 5] } },
    run: ({ x }: Record<string, tf.Tensor>) => weightedRows(x, places([4, taps], 7), shares([4, taps])),
  })),
  { name: "rows of length 1", inputs: { x: { shape: [5, 19] } }, run: ({ x }) => unitRows(x) },
  { name: "rows of length 1 of several matrices", inputs: { x: { shape: [2, 3, 4] } }, run: ({ x }) => unitRows(x) },
];

/** Sizes that our own kernels cut into several pieces, with channels beyond a multiple of sixteen. */
export const large: readonly Operation[] = [
  convolution("3×3×3, several tiles, few for each channel", [2, 5, 4, 7, 16], [3, 3, 3, 16, 32]),
  convolution("3×3×3, many tiles for each channel", [1, 17, 15, 15, 16], [3, 3, 3, 16, 16]),
  convolution("3×3×3, more channels than come out", [1, 9, 8, 17, 64], [3, 3, 3, 64, 16]),
  convolution("3×3×3, fewer channels than come out", [1, 16, 9, 7, 16], [3, 3, 3, 16, 64]),
  convolution("2×2×2, stride 2, many channels", [2, 6, 4, 14, 16], [2, 2, 2, 16, 32], { stride: 2, padding: "valid" }),
  convolution("2×2×2, stride 2, many more", [1, 4, 8, 20, 32], [2, 2, 2, 32, 64], { stride: 2, padding: "valid" }),
  {
    name: "transposed convolution of a volume, many channels",
    inputs: { x: { shape: [2, 3, 5, 7, 64] }, filter: { shape: [2, 2, 2, 16, 64] } },
    run: ({ x, filter }) => upConv(x, filter),
  },
  activation("of many pixels in training", [3, 80, 37, 19], { training: true }),
  activation("of many pixels in evaluation", [3, 80, 37, 19], { training: false }),
  activation("of many channels", [2, 8, 9, 256], { training: true }),
  activation("with a ceiling", [2, 30, 31, 19], { training: true, slope: 0, ceiling: 1, epsilon: 1e-3 }),
  activation("with a ceiling in evaluation", [2, 30, 31, 19], { training: false, slope: 0, ceiling: 1, epsilon: 1e-3 }),
  { name: "max pooling of many pixels", inputs: { x: { shape: [2, 70, 34, 19] } }, run: ({ x }) => maxPool(x) },
  {
    name: "many pixels side by side",
    inputs: { left: { shape: [2, 33, 32, 3] }, right: { shape: [2, 33, 32, 5] } },
    run: ({ left, right }) => joinChannels(left, right),
  },
  {
    name: "weighted rows of many places",
    inputs: { x: { shape: [17_000, 3] } },
    run: ({ x }) => weightedRows(x, places([70, 2], 17_000), shares([70, 2])),
  },
  { name: "many rows of length 1", inputs: { x: { shape: [150, 37] } }, run: ({ x }) => unitRows(x) },
];

/** Dropout: its mask depends on the backend, so outputs compare with no other backend's. */
export const random: readonly Operation[] = [
  {
    name: "dropout",
    inputs: { x: { shape: [2, 4, 5, 3], values: "positive" } },
    run: ({ x }) => dropout(x, 0.4, [7, 9]),
  },
  {
    name: "dropout of whole channels",
    inputs: { x: { shape: [2, 4, 5, 8], values: "positive" } },
    run: ({ x }) => dropout(x, 0.4, [7, 9], { channels: true }),
  },
  {
    name: "dropout of whole channels of a volume",
    inputs: { x: { shape: [2, 2, 3, 2, 8], values: "positive" } },
    run: ({ x }) => dropout(x, 0.4, [7, 9], { channels: true }),
  },
  activation("and dropout", [3, 4, 5, 3], { training: true, slope: 1, rate: 0.4, seed: [7, 9] }),
];

function convolution(
  name: string,
  image: readonly number[],
  kernel: readonly number[],
  options?: ConvOptions,
): Operation {
  return {
    name: `convolution ${name}`,
    inputs: { x: { shape: image }, filter: { shape: kernel } },
    run: ({ x, filter }) => conv(x, filter, options),
  };
}

function depthwiseConvolution(
  name: string,
  image: readonly number[],
  kernel: readonly number[],
  stride?: number,
): Operation {
  return {
    name: `depthwise convolution ${name}`,
    inputs: { x: { shape: image }, filter: { shape: kernel } },
    run: ({ x, filter }) => depthwise(x, filter, { stride }),
  };
}

function normalisation(name: string, shape: readonly number[], training: boolean, biased = false): Operation {
  const { x, bias, ...owned } = normInputs(shape);
  return {
    name: `batch norm ${kindOf(shape)} ${name}`,
    inputs: { x, ...owned, ...(biased ? { bias } : {}) },
    kept: ["mean", "variance"],
    run: ({ x, bias, scale, offset, mean, variance }) =>
      batchNorm(x, { scale, offset, mean, variance } as Norm, { training, bias }),
  };
}

/** Batch norm with activation, and dropout where a rate and a seed are given. */
export function activation(name: string, shape: readonly number[], options: ActivatedNormOptions): Operation {
  return {
    name: `batch norm ${kindOf(shape)} with activation ${name}`,
    inputs: normInputs(shape),
    kept: ["mean", "variance"],
    run: ({ x, bias, scale, offset, mean, variance }) =>
      activatedNorm(x, { scale, offset, mean, variance } as Norm, { bias, ...options }),
  };
}

function kindOf(shape: readonly number[]): string {
  return shape.length === 5 ? "of a volume" : "of an image";
}

function normInputs(shape: readonly number[]) {
  const channels = { shape: shape.slice(-1) };
  return {
    x: { shape },
    scale: channels,
    offset: channels,
    mean: channels,
    variance: { ...channels, values: "positive" },
    bias: channels,
  } as const;
}

/** Rows in no order, some of them several times. */
function places(shape: readonly [number, number], rows: number): tf.Tensor {
  return tf.tensor(
    Int32Array.from({ length: shape[0] * shape[1] }, (_, i) => (i * i * 31 + 5) % rows),
    [...shape],
    "int32",
  );
}

/** Weights between −1 and 1. */
function shares(shape: readonly [number, number]): tf.Tensor {
  return tf.tensor(
    Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(3 * i)),
    [...shape],
  );
}

/** Classes in turn, every fifth pixel −1 (ignored). */
function labels(shape: readonly number[], classes: number): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Int32Array.from({ length: size }, (_, i) => (i % 5 === 3 ? -1 : (i * 7) % classes)),
    [...shape],
    "int32",
  );
}
