import { addRelu } from "../engine/ops/activation.js";
import type { Rng } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { type Part, part, partInit } from "./deeplab/part.js";
import { behindEncoder, recoNames } from "./deeplab/recoNames.js";
import type { Encoder, Mode } from "./network.js";
import type { Naming } from "./pretrained.js";

/** A residual block: two or three convolutions, and the one of its shortcut where size or channels change. */
export type Residual = { convs: readonly Part[]; shortcut?: Part };
/** The stem and the four layers. */
export type ResNetParams = { stem: Part; layers: readonly (readonly Residual[])[] };

/** What tells the ResNets apart. */
export interface ResNetOptions {
  channels: number;
  /** Two 3×3 convolutions a block, or 1×1, 3×3 and 1×1 with four times the channels at the end. */
  block: "basic" | "bottleneck";
  /** Blocks of each layer. */
  counts: readonly [number, number, number, number];
  /** Channels of the stem; the layers have 1, 2, 4 and 8 times as many. */
  width?: number;
}

/**
 * ResNet (He et al. 2016) as torchvision builds it, the stride on the 3×3 convolution, with the last stride left out as ReCo does: layer 4 keeps its size, and all
 * its 3×3 convolutions but that of the first block are dilated by 2. Its pyramid is the image and the maps of layers 1 and 4.
 */
export function resnetEncoder({ channels, block, counts, width = 64 }: ResNetOptions): Encoder<ResNetParams> {
  const expansion = block === "basic" ? 1 : 4;
  const middle = (layer: number) => width * 2 ** layer;
  const outputs = (layer: number) => expansion * middle(layer);
  const layerInit = (rng: Rng, layer: number) =>
    Array.from({ length: counts[layer] }, (_, at) => {
      const inputs = at > 0 ? outputs(layer) : layer === 0 ? width : outputs(layer - 1);
      return residualInit(rng, block, { inputs, middle: middle(layer), outputs: outputs(layer) }, at === 0);
    });
  return {
    widths: [channels, outputs(0), outputs(3)],
    init: (rng) => ({
      stem: partInit(rng, 7, channels, width),
      layers: counts.map((_, layer) => layerInit(rng, layer)),
    }),
    apply({ stem, layers }, image, mode) {
      const small = part(image, stem, mode, { stride: 2, padding: 3, activation: "relu" });
      const maps: tf.Tensor[] = [];
      for (const [layer, blocks] of layers.entries()) {
        let map = layer === 0 ? pooled(small) : maps[layer - 1];
        for (const [at, own] of blocks.entries()) {
          map = residual(map, own, { isFirst: at === 0, layer }, mode);
        }
        maps.push(map);
      }
      return [image, maps[0], maps[3]];
    },
  };
}

function residualInit(
  rng: Rng,
  block: ResNetOptions["block"],
  { inputs, middle, outputs }: { inputs: number; middle: number; outputs: number },
  isFirst: boolean,
): Residual {
  const convs =
    block === "basic"
      ? [partInit(rng, 3, inputs, middle), partInit(rng, 3, middle, outputs)]
      : [partInit(rng, 1, inputs, middle), partInit(rng, 3, middle, middle), partInit(rng, 1, middle, outputs)];
  const isOther = isFirst && (inputs !== outputs || middle !== outputs);
  return { convs, ...(isOther && { shortcut: partInit(rng, 1, inputs, outputs) }) };
}

function residual(
  x: tf.Tensor,
  { convs, shortcut }: Residual,
  { isFirst, layer }: { isFirst: boolean; layer: number },
  mode: Mode,
): tf.Tensor {
  const stride = isFirst && (layer === 1 || layer === 2) ? 2 : 1;
  const spatial = convs.findIndex(({ weight }) => weight.shape[0] === 3); // where the stride is, or was
  const next = (map: tf.Tensor, own: Part, at: number) => {
    const activation = at < convs.length - 1 ? "relu" : "none";
    if (own.weight.shape[0] === 1) return part(map, own, mode, { activation });
    const isStrided = isFirst && at === spatial;
    if (isStrided && stride === 2) return part(map, own, mode, { activation, stride, padding: 1 });
    return part(map, own, mode, { activation, dilation: layer === 3 && !isStrided ? 2 : 1 });
  };
  const branch = convs.reduce((map, own, at) => {
    const out = next(map, own, at);
    if (map !== x) map.dispose(); // gradients keep what they need, here and below
    return out;
  }, x);
  const direct = shortcut ? part(x, shortcut, mode, { stride }) : x;
  const out = addRelu(branch, direct);
  branch.dispose();
  if (direct !== x) direct.dispose();
  return out;
}

/** Maximum over 3×3 places, every second of them; what is outside counts 0, the least there is behind a ReLU. Frees what it is given. */
const pooled = (x: tf.Tensor): tf.Tensor => {
  const framed = tf.pad(x, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  const out = tf.maxPool(framed as tf.Tensor4D, 3, 2, "valid");
  tf.dispose([x, framed]);
  return out;
};

/** What a naming calls a convolution and the normalisation behind it. */
type Names = ReturnType<Naming["of"]>;

/** The namings of a ResNet's files, by what is said of the stem, of convolution `conv` (from 1) of block `block` of layer `layer`, and of a shortcut. */
const naming = (
  { form, ignored, whole }: Omit<Naming, "of">,
  stem: Names,
  conv: (layer: number, block: string, conv: number) => Names,
  shortcut: (layer: number, block: string) => Names,
): Naming => ({
  ...{ form, ignored, whole },
  of(owner) {
    if (owner === "stem") return stem;
    const [, layer, block, rest] = /^layers\.(\d)\.(\d+)\.(.+)$/.exec(owner) ?? [];
    if (rest === undefined) return undefined;
    const [, at] = /^convs\.(\d)$/.exec(rest) ?? [];
    return at === undefined ? shortcut(Number(layer) + 1, block) : conv(Number(layer) + 1, block, Number(at) + 1);
  },
});

const likeTorchvision = (prefix: string) =>
  [
    { weight: `${prefix}conv1`, norm: `${prefix}bn1` },
    (layer: number, block: string, conv: number) => ({
      weight: `${prefix}layer${layer}.${block}.conv${conv}`,
      norm: `${prefix}layer${layer}.${block}.bn${conv}`,
    }),
    (layer: number, block: string) => ({
      weight: `${prefix}layer${layer}.${block}.downsample.0`,
      norm: `${prefix}layer${layer}.${block}.downsample.1`,
    }),
  ] as const;

const huggingFace = (layer: number, block: string) => `resnet.encoder.stages.${layer - 1}.layers.${block}`;

const reco = {
  names: behindEncoder,
  otherwise:
    'a network of other classes or sizes gives its encoder alone: keep of it the names that begin with "resnet_"',
};

/** A naming that knows ReCo's decoder and head, too. */
const withDecoder = (encoder: Naming): Naming => ({ ...encoder, of: (owner) => encoder.of(owner) ?? recoNames(owner) });

/** The names in files of torchvision and timm, of Hugging Face's transformers, and in checkpoints of ReCo. */
export const resnetNames: readonly Naming[] = [
  naming({ form: "torchvision or timm", ignored: /^fc\./ }, ...likeTorchvision("")),
  withDecoder(naming({ form: "ReCo", whole: reco }, ...likeTorchvision("resnet_"))),
  naming(
    { form: "Hugging Face transformers", ignored: /^classifier\./ },
    { weight: "resnet.embedder.embedder.convolution", norm: "resnet.embedder.embedder.normalization" },
    (layer, block, conv) => {
      const place = `${huggingFace(layer, block)}.layer.${conv - 1}`;
      return { weight: `${place}.convolution`, norm: `${place}.normalization` };
    },
    (layer, block) => {
      const place = `${huggingFace(layer, block)}.shortcut`;
      return { weight: `${place}.convolution`, norm: `${place}.normalization` };
    },
  ),
];
