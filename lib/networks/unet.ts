import { addBias, convBias, upConv } from "../engine/ops/conv.js";
import { joinChannels } from "../engine/ops/joinChannels.js";
import { maxPool } from "../engine/ops/pool.js";
import { resize } from "../engine/ops/resize.js";
import type * as tf from "../engine/tf.js";
import { type Block, block, blockInit, type Conv, convInit, upConvInit } from "./blocks.js";
import type { Network } from "./network.js";

/** Levels of the encoder from fine to coarse, steps of the decoder from coarse to fine, and the last convolution. */
export type UNetParams = { down: Block[]; up: { conv: Conv; block: Block }[]; out: Conv };

/** The defaults are the network of the paper and of SSL4MIS: 1,813,764 parameters for 1 channel and 4 classes. */
export interface UNetOptions {
  channels: number;
  classes: number;
  /** Channels of each level. */
  widths?: readonly number[];
  /** Dropout rate of each level; the decoder has none. */
  dropouts?: readonly number[];
  /** 1×1 convolution and bilinear resize, or transposed convolution: the released code runs the first although its flag says otherwise. */
  upsampling?: "bilinear" | "transposed";
}

/** 2D U-Net (methods of SSL4MIS, `networks/unetWithArgs.py`). Image height and width must be multiples of 2^(levels − 1). */
export function unet({
  channels,
  classes,
  widths = [16, 32, 64, 128, 256],
  dropouts = [0.05, 0.1, 0.2, 0.3, 0.5],
  upsampling = "bilinear",
}: UNetOptions): Network<UNetParams> {
  const transposed = upsampling === "transposed";
  const steps = widths
    .map((_, level) => level)
    .slice(1)
    .reverse(); // the level each decoder step comes from
  return {
    name: "unet",
    init: (rng) => ({
      down: widths.map((width, level) => blockInit(rng, widths[level - 1] ?? channels, width)),
      up: steps.map((level) => {
        const [from, to] = [widths[level], widths[level - 1]];
        return {
          conv: transposed ? upConvInit(rng, [2, 2], from, to) : convInit(rng, [1, 1], from, to),
          block: blockInit(rng, 2 * to, to),
        };
      }),
      out: convInit(rng, [3, 3], widths[0], classes),
    }),
    apply(params, image, mode) {
      const skips: tf.Tensor[] = [];
      for (const [level, part] of params.down.entries())
        skips.push(block(level === 0 ? image : maxPool(skips[level - 1]), part, dropouts[level] ?? 0, mode));
      const features = [skips[skips.length - 1]];
      for (const [at, { conv, block: part }] of params.up.entries()) {
        const skip = skips[steps[at] - 1];
        const below = features[at];
        const up = transposed
          ? addBias(upConv(below, conv.weight), conv.bias)
          : resize(convBias(below, conv.weight, conv.bias), skip.shape.slice(1, 3));
        features.push(block(joinChannels(skip, up), part, 0, mode));
      }
      const logits = convBias(features[features.length - 1], params.out.weight, params.out.bias);
      return { logits, features };
    },
  };
}
