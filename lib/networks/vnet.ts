import { convBias, conv as convolve, upConv } from "../engine/ops/conv.js";
import { dropout } from "../engine/ops/dropout.js";
import { resize } from "../engine/ops/resize.js";
import type { Rng } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { activated, type Conv, type ConvNorm, convInit, normInit, upConvInit } from "./blocks.js";
import type { Decoder, Encoder, Mode, Network } from "./network.js";

/** Five stages of convolutions, and the strided convolutions between them. */
export type VNetEncoderParams = { stages: Stages; down: ConvNorm[] };
/** Four stages (numbered 5 to 8), the convolutions of the upsampling before them, and the last convolution. */
export type VNetDecoderParams = { stages: Stages; up: ConvNorm[]; out: Conv };
/** Those of the whole network: all nine stages. */
export type VNetParams = VNetEncoderParams & VNetDecoderParams;
type Stages = { readonly [stage: string]: ConvNorm[] };

/** The defaults are the network of the LA benchmarks: 9,448,866 parameters for 1 channel and 2 classes. */
export interface VNetOptions {
  channels: number;
  classes: number;
  /** Channels of the first and last stage; every stage downwards has twice as many as the one before. */
  filters?: number;
  /** Share of the channels that are dropped whole after the fifth and the ninth stage, in training. */
  rate?: number;
  /** Transposed convolution, or trilinear resize and 3×3×3 convolution (MC-Net's second decoder). */
  upsampling?: "transposed" | "trilinear";
}

const convolutions = [1, 2, 3, 3, 3, 3, 3, 2, 1]; // of each stage
const levels = [0, 1, 2, 3, 4, 3, 2, 1, 0]; // halvings above each stage

/**
 * 3D V-Net without residuals (UA-MT's `networks/vnet.py`); upsampled maps are added to the skip connections. Sides of the volume must be multiples of 16.
 * Feature maps for representation heads are the four sums of the decoder, from coarse to fine, and the ninth stage.
 */
export function vnet(options: VNetOptions): Network<VNetEncoderParams, VNetDecoderParams> {
  const [encoder, decoder] = [vnetEncoder(options), vnetDecoder(options)];
  const { stages, down, up, out } = inits(options);
  const other = options.upsampling === "trilinear" ? "transposed" : "trilinear";
  return {
    name: "vnet",
    encoder,
    decoder,
    otherDecoder: vnetDecoder({ ...options, upsampling: other }),
    // all stages before the steps between them
    init: (rng) => ({
      stages: { ...stages(rng, 0, 5), ...stages(rng, 5, 9) },
      down: down(rng),
      up: up(rng),
      out: out(rng),
    }),
    apply: (params, image, mode) => decoder.apply(params, encoder.apply(params, image, mode), mode),
  };
}

/** The V-Net's encoder; the coarsest of its five maps passes through dropout. */
export function vnetEncoder(options: VNetOptions): Encoder<VNetEncoderParams> {
  const { filters = 16, rate = 0.5 } = options;
  const { stages, down } = inits(options);
  return {
    widths: [0, 1, 2, 3, 4].map((level) => filters * 2 ** level),
    init: (rng) => ({ stages: stages(rng, 0, 5), down: down(rng) }),
    apply({ stages, down }, image, mode) {
      const maps = [stage(image, stages[0], mode)];
      for (const [level, part] of down.entries()) {
        const halved = convolve(maps[level], part.conv.weight, { stride: 2, padding: "valid" });
        maps.push(stage(active(halved, part, mode), stages[level + 1], mode));
      }
      return [...maps.slice(0, -1), dropped(maps[maps.length - 1], rate, mode)];
    },
  };
}

/** The V-Net's decoder. */
export function vnetDecoder(options: VNetOptions): Decoder<VNetDecoderParams> {
  const { filters = 16, rate = 0.5, upsampling = "transposed" } = options;
  const { stages, up, out } = inits(options);
  const raised = (map: tf.Tensor, { conv: { weight } }: ConvNorm, size: readonly number[]) =>
    upsampling === "transposed" ? upConv(map, weight) : convolve(resize(map, size), weight);
  const maps = (params: Pick<VNetDecoderParams, "stages" | "up">, pyramid: readonly tf.Tensor[], mode: Mode) => {
    const sums: tf.Tensor[] = [];
    const steps: tf.Tensor[] = [];
    for (const [at, part] of params.up.entries()) {
      const below = steps[at - 1] ?? pyramid[4];
      const skip = pyramid[3 - at];
      sums.push(tf.add(active(raised(below, part, skip.shape.slice(1, 4)), part, mode), skip));
      steps.push(stage(sums[at], params.stages[5 + at], mode));
    }
    return { sums, steps };
  };
  return {
    widths: [3, 2, 1, 0, 0].map((level) => filters * 2 ** level),
    init: (rng) => ({ stages: stages(rng, 5, 9), up: up(rng), out: out(rng) }),
    apply({ stages, up, out }, pyramid, mode) {
      const { sums, steps } = maps({ stages, up }, pyramid, mode);
      const finest = steps[steps.length - 1];
      const last = dropped(finest, rate, mode);
      return { logits: convBias(last, out.weight, out.bias), features: [...sums, finest], steps, last };
    },
    steps: ({ stages, up }) => up.map((part, at) => ({ up: part, stage: stages[5 + at] })),
    after: (count, { stages, up }, pyramid, mode) =>
      count === 0 ? pyramid[4] : maps({ stages, up: up.slice(0, count) }, pyramid, mode).steps[count - 1],
  };
}

/** The random parameters of each part. */
function inits({ channels, classes, filters = 16, upsampling = "transposed" }: VNetOptions) {
  const width = (level: number) => filters * 2 ** level;
  const upInit = (rng: Rng, inputs: number, outputs: number) =>
    upsampling === "transposed"
      ? upConvInit(rng, [2, 2, 2], inputs, outputs)
      : convInit(rng, [3, 3, 3], inputs, outputs);
  return {
    stages: (rng: Rng, from: number, to: number): Stages =>
      Object.fromEntries(
        levels.slice(from, to).map((level, i) => {
          const at = from + i;
          const inputs = at === 0 ? channels : width(level);
          return [String(at), stageInit(rng, inputs, width(level), convolutions[at])];
        }),
      ),
    down: (rng: Rng) => [0, 1, 2, 3].map((level) => step(convInit(rng, [2, 2, 2], width(level), width(level + 1)))),
    up: (rng: Rng) => [4, 3, 2, 1].map((level) => step(upInit(rng, width(level), width(level - 1)))),
    out: (rng: Rng) => convInit(rng, [1, 1, 1], filters, classes),
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
