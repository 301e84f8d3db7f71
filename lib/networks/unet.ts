import { addBias, convBias, upConv } from "../engine/ops/conv.js";
import { joinChannels } from "../engine/ops/joinChannels.js";
import { maxPool } from "../engine/ops/pool.js";
import { resize } from "../engine/ops/resize.js";
import type * as tf from "../engine/tf.js";
import { type Block, block, blockInit, type Conv, convInit, upConvInit } from "./blocks.js";
import type { Decoder, Encoder, Mode, Network } from "./network.js";

/** Levels of the encoder, fine to coarse. */
export type UNetEncoderParams = { down: Block[] };
/** Steps of the decoder, coarse to fine, and the last convolution. */
export type UNetDecoderParams = { up: { conv: Conv; block: Block }[]; out: Conv };
/** Those of the whole network. */
export type UNetParams = UNetEncoderParams & UNetDecoderParams;

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
export function unet(options: UNetOptions): Network<UNetEncoderParams, UNetDecoderParams> {
  const [encoder, decoder] = [unetEncoder(options), unetDecoder(options)];
  const other = options.upsampling === "transposed" ? "bilinear" : "transposed";
  return {
    name: "unet",
    encoder,
    decoder,
    otherDecoder: unetDecoder({ ...options, upsampling: other }),
    init: (rng) => ({ ...encoder.init(rng), ...decoder.init(rng) }),
    apply: (params, image, mode) => decoder.apply(params, encoder.apply(params, image, mode), mode),
  };
}

const published = [16, 32, 64, 128, 256];

/** The U-Net's encoder: blocks with max-pooling in between. */
export function unetEncoder({
  channels,
  widths = published,
  dropouts = [0.05, 0.1, 0.2, 0.3, 0.5],
}: Pick<UNetOptions, "channels" | "widths" | "dropouts">): Encoder<UNetEncoderParams> {
  return {
    widths,
    init: (rng) => ({ down: widths.map((width, level) => blockInit(rng, widths[level - 1] ?? channels, width)) }),
    apply({ down }, image, mode) {
      const maps: tf.Tensor[] = [];
      for (const [level, part] of down.entries())
        maps.push(block(level === 0 ? image : maxPool(maps[level - 1]), part, dropouts[level] ?? 0, mode));
      return maps;
    },
  };
}

/** The U-Net's decoder: upsampling, concatenation with the encoder's map, block; its feature maps are the coarsest of the pyramid and the output of each block. */
export function unetDecoder({
  classes,
  widths = published,
  upsampling = "bilinear",
}: Pick<UNetOptions, "classes" | "widths" | "upsampling">): Decoder<UNetDecoderParams> {
  const transposed = upsampling === "transposed";
  const steps = widths
    .map((_, level) => level)
    .slice(1)
    .reverse(); // the level each step comes from
  const maps = (up: UNetDecoderParams["up"], pyramid: readonly tf.Tensor[], mode: Mode) => {
    const features = [pyramid[pyramid.length - 1]];
    for (const [at, { conv, block: part }] of up.entries()) {
      const skip = pyramid[steps[at] - 1];
      const below = features[at];
      const raised = transposed
        ? addBias(upConv(below, conv.weight), conv.bias)
        : resize(convBias(below, conv.weight, conv.bias), skip.shape.slice(1, 3));
      features.push(block(joinChannels(skip, raised), part, 0, mode));
    }
    return features;
  };
  return {
    widths: [...widths].reverse(),
    init: (rng) => ({
      up: steps.map((level) => {
        const [from, to] = [widths[level], widths[level - 1]];
        return {
          conv: transposed ? upConvInit(rng, [2, 2], from, to) : convInit(rng, [1, 1], from, to),
          block: blockInit(rng, 2 * to, to),
        };
      }),
      out: convInit(rng, [3, 3], widths[0], classes),
    }),
    apply({ up, out }, pyramid, mode) {
      const features = maps(up, pyramid, mode);
      const last = features[features.length - 1];
      return { logits: convBias(last, out.weight, out.bias), features, steps: features.slice(1), last };
    },
    steps: ({ up }) => up,
    after: (count, { up }, pyramid, mode) => maps(up.slice(0, count), pyramid, mode)[count],
  };
}
