import { convBias, conv as convolve, upConv } from "../engine/ops/conv.js";
import { dropout } from "../engine/ops/dropout.js";
import type { Rng } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { activated, type Conv, type ConvNorm, convInit, normInit, upConvInit } from "./blocks.js";
import type { Mode, Network } from "./network.js";

/** Nine stages, five downwards and four upwards, each some convolutions; the steps between them, and the last convolution. */
export type VNetParams = { stages: ConvNorm[][]; down: ConvNorm[]; up: ConvNorm[]; out: Conv };

/** The defaults are the network of the LA benchmarks: 9,448,866 parameters for 1 channel and 2 classes. */
export interface VNetOptions {
  channels: number;
  classes: number;
  /** Channels of the first and last stage; every stage downwards has twice as many as the one before. */
  filters?: number;
  /** Share of the channels that are dropped whole after the fifth and the ninth stage, in training. */
  rate?: number;
}

const convolutions = [1, 2, 3, 3, 3, 3, 3, 2, 1]; // of each stage
const levels = [0, 1, 2, 3, 4, 3, 2, 1, 0]; // halvings above each stage

/**
 * 3D V-Net without residuals (UA-MT's `networks/vnet.py`), whose ups are added to the skips. Sides of the volume must be multiples of 16.
 * Features for representation heads are the four sums of the decoder, from coarse to fine, and the ninth stage.
 */
export function vnet({ channels, classes, filters = 16, rate = 0.5 }: VNetOptions): Network<VNetParams> {
  const width = (level: number) => filters * 2 ** level;
  return {
    name: "vnet",
    init: (rng) => ({
      stages: levels.map((level, at) =>
        stageInit(rng, at === 0 ? channels : width(level), width(level), convolutions[at]),
      ),
      down: [0, 1, 2, 3].map((level) => step(convInit(rng, [2, 2, 2], width(level), width(level + 1)))),
      up: [4, 3, 2, 1].map((level) => step(upConvInit(rng, [2, 2, 2], width(level), width(level - 1)))),
      out: convInit(rng, [1, 1, 1], filters, classes),
    }),
    apply({ stages, down, up, out }, image, mode) {
      const skips = [stage(image, stages[0], mode)];
      for (const [level, part] of down.entries()) {
        const halved = convolve(skips[level], part.conv.weight, { stride: 2, padding: "valid" });
        skips.push(stage(active(halved, part, mode), stages[level + 1], mode));
      }
      const features: tf.Tensor[] = [];
      let x = dropped(skips[4], rate, mode);
      for (const [at, part] of up.entries()) {
        features.push(tf.add(active(upConv(x, part.conv.weight), part, mode), skips[3 - at]));
        x = stage(features[at], stages[5 + at], mode);
      }
      features.push(x);
      return { logits: convBias(dropped(x, rate, mode), out.weight, out.bias), features };
    },
  };
}

const step = (conv: Conv): ConvNorm => ({ conv, norm: normInit(conv.bias.size) });

const stageInit = (rng: Rng, inputs: number, outputs: number, count: number) =>
  Array.from({ length: count }, (_, i) => step(convInit(rng, [3, 3, 3], i === 0 ? inputs : outputs, outputs)));

/** BN → ReLU. */
const active = (convolved: tf.Tensor, part: ConvNorm, mode: Mode) => activated(convolved, part, mode, { slope: 0 });

const stage = (x: tf.Tensor, parts: readonly ConvNorm[], mode: Mode) =>
  parts.reduce((seen, part) => active(convolve(seen, part.conv.weight), part, mode), x);

const dropped = (x: tf.Tensor, rate: number, { training, masks }: Mode) =>
  training && masks && rate > 0 ? dropout(x, rate, masks(), { channels: true }) : x;
