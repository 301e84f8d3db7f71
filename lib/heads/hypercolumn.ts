import { conv } from "../engine/ops/conv.js";
import { joinChannels } from "../engine/ops/joinChannels.js";
import { resize } from "../engine/ops/resize.js";
import { parameter, uniformInit } from "../engine/params.js";
import type { Rng } from "../engine/random.js";
import { asRows } from "../engine/rows.js";
import type * as tf from "../engine/tf.js";
import { type Linear, linear, linearInit } from "./linear.js";
import { placesOf } from "./pixels.js";

/** A filter [3, 3, Σ widths, outputs] (of volumes [3, 3, 3, …]) without bias, and a linear layer behind it. */
export type HypercolumnParams = { first: { weight: tf.Variable }; second: Linear };

/** Channels of the network's maps, length of a pixel's representation, and axes of an image. */
export interface HypercolumnOptions {
  widths: readonly number[];
  outputs?: number;
  axes?: number;
}

/** A head on the hypercolumns of a pyramid: all maps, each resized to the finest grid in one step, joined at every pixel. */
export interface Hypercolumn {
  init(rng: Rng): HypercolumnParams;
  /** The map [batch, …size of the finest level, outputs] of features [batch, …size, width], coarse to fine. */
  dense(params: HypercolumnParams, features: readonly tf.Tensor[]): tf.Tensor;
  /** Representations [n, outputs] of pixels from the hypercolumns of their neighbourhoods, [n, 3^axes·Σ widths] in the order of `neighborhoods`. */
  rows(params: HypercolumnParams, hypercolumns: tf.Tensor): tf.Tensor;
}

/** The representation head of ACTION (`RepresentationHead`): a 3×3 convolution of the hypercolumns and a 1×1 convolution, without activation. */
export function hypercolumn({ widths, outputs = 512, axes = 2 }: HypercolumnOptions): Hypercolumn {
  const inputs = widths.reduce((sum, width) => sum + width, 0) * 3 ** axes;
  return {
    init: (rng) => ({
      first: {
        weight: parameter(uniformInit(rng, [...Array<number>(axes).fill(3), inputs / 3 ** axes, outputs], inputs)),
      },
      second: linearInit(rng, outputs, outputs),
    }),
    dense({ first, second }, features) {
      const size = features[features.length - 1].shape.slice(0, -1);
      const all = features.map((map) => resize(map, size.slice(1))).reduce(joinChannels);
      return linear(asRows(conv(all, first.weight)), second).reshape([...size, outputs]);
    },
    rows: ({ first, second }, hypercolumns) =>
      linear(hypercolumns.matMul(first.weight.reshape([inputs, outputs])), second),
  };
}

/** The pixels around some pixels, for each of the 3^axes offsets (row-major) the list of those that lie there; −1 outside the image of that size. */
export function neighborhoods(pixels: Int32Array, size: readonly number[]): Int32Array[] {
  const [image, ...places] = placesOf(pixels, size);
  const offsets = size.reduce<number[][]>(
    (all) => all.flatMap((one) => [-1, 0, 1].map((next) => [...one, next])),
    [[]],
  );
  return offsets.map((offset) => {
    const moved = image.slice();
    for (const [axis, length] of size.entries())
      for (let i = 0; i < moved.length; i++) {
        const place = places[axis][i] + offset[axis];
        moved[i] = moved[i] < 0 || place < 0 || place >= length ? -1 : moved[i] * length + place;
      }
    return moved;
  });
}
