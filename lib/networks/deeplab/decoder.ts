import { convBias } from "../../engine/ops/conv.js";
import { joinChannels } from "../../engine/ops/joinChannels.js";
import { repeat, resize } from "../../engine/ops/resize.js";
import type { Rng } from "../../engine/random.js";
import * as tf from "../../engine/tf.js";
import { type Conv, convInit } from "../blocks.js";
import type { Decoder, Mode } from "../network.js";
import { type Part, part, partInit } from "./part.js";

/** Atrous spatial pyramid pooling: a 1×1 convolution, three dilated ones, one of the image's mean, and what joins the five. */
export type AsppParams = { branches: Part[]; pooled: Part; project: Part };
/** A 3×3 convolution and a 1×1 one with bias behind it. */
export type HeadParams = { hidden: Part; out: Conv };
/** Those of the whole decoder. */
export type DeepLabDecoderParams = { aspp: AsppParams; low: Part; classifier: HeadParams };

/** The defaults are ReCo's, on ResNet-101. */
export interface DeepLabOptions {
  classes: number;
  /** Channels of the encoder's map at a quarter of the image's side and at a sixteenth. */
  lowInputs: number;
  highInputs: number;
  /** Channels of ASPP and of the classifier's hidden map. */
  width?: number;
  /** Channels to which the encoder's finer map is brought. */
  lowWidth?: number;
  /** Dilations of ASPP. */
  rates?: readonly number[];
}

const relu = { activation: "relu" } as const;

// With the mean of fewer images batch statistics say nothing: of two, each channel becomes +1 and −1 whatever the images show.
const leastImages = 4;

/**
 * The decoder of DeepLabv3+ as ReCo has it (`network/deeplabv3`, without dropout): ASPP, resized to the encoder's finer map and joined to it, and a classifier.
 * Its pyramid is the image itself (for its size) and the encoder's maps at a quarter and a sixteenth of its side; its own grid is the quarter.
 * The pooled branch of ASPP is normalised by its running statistics, which then stay as they are, where a batch has fewer than four images.
 */
export function deepLabDecoder({
  classes,
  lowInputs,
  highInputs,
  width = 256,
  lowWidth = 48,
  rates = [6, 12, 18],
}: DeepLabOptions): Decoder<DeepLabDecoderParams> {
  const asppInit = (rng: Rng): AsppParams => ({
    branches: [1, 3, 3, 3].map((side) => partInit(rng, side, highInputs, width)),
    pooled: partInit(rng, 1, highInputs, width),
    project: partInit(rng, 1, 5 * width, width),
  });
  const aspp = (x: tf.Tensor, { branches, pooled, project }: AsppParams, mode: Mode) => {
    const own = branches.map((branch, at) => part(x, branch, mode, { ...relu, dilation: rates[at - 1] ?? 1 }));
    const few = mode.training && x.shape[0] < leastImages;
    const mean = part(meanOf(x), pooled, few ? { training: false } : mode, relu);
    return part(tf.concat([...own, repeat(mean, x.shape.slice(1, 3))], 3), project, mode, relu);
  };
  const joined = (pyramid: readonly tf.Tensor[], { aspp: own, low }: DeepLabDecoderParams, mode: Mode) => {
    const coarse = aspp(pyramid[2], own, mode);
    const fine = part(pyramid[1], low, mode, relu);
    const wide = resize(coarse, fine.shape.slice(1, 3));
    const both = joinChannels(fine, wide);
    tf.dispose([fine, wide]); // the gradient needs neither
    return { coarse, both };
  };
  return {
    widths: [width, lowWidth + width, width],
    init: (rng) => ({
      aspp: asppInit(rng),
      low: partInit(rng, 1, lowInputs, lowWidth),
      classifier: headInit(rng, lowWidth + width, width, classes),
    }),
    apply(params, pyramid, mode) {
      const size = pyramid[0].shape.slice(1, 3);
      const { coarse, both } = joined(pyramid, params, mode);
      const { hidden, out } = head(both, params.classifier, mode);
      // Only heads of other methods ask for the last map in the image's size.
      let last: tf.Tensor | undefined;
      const lastMap = () => {
        last ??= resize(hidden, size);
        return last;
      };
      return {
        logits: resize(out, size),
        grid: { logits: out, input: both },
        steps: [coarse, hidden],
        get last() {
          return lastMap();
        },
        get features() {
          return [coarse, both, lastMap()];
        },
      };
    },
    steps: ({ aspp, low, classifier }) => [aspp, { low, hidden: classifier.hidden }],
    after(count, params, pyramid, mode) {
      if (count === 0) return pyramid[2];
      if (count === 1) return aspp(pyramid[2], params.aspp, mode);
      return part(joined(pyramid, params, mode).both, params.classifier.hidden, mode, relu);
    },
  };
}

/** Means over the image, [batch, 1, 1, channels]. */
const meanOf = (x: tf.Tensor): tf.Tensor => x.mean([1, 2], true);

/** A head with PyTorch's default initialisation. */
export const headInit = (rng: Rng, inputs: number, width: number, outputs: number): HeadParams => ({
  hidden: partInit(rng, 3, inputs, width),
  out: convInit(rng, [1, 1], width, outputs),
});

/** Convolution 3×3 → BN → ReLU → convolution 1×1: DeepLabv3+'s classifier, and ReCo's representation beside it. */
export function head(x: tf.Tensor, { hidden: first, out: last }: HeadParams, mode: Mode) {
  const hidden = part(x, first, mode, relu);
  return { hidden, out: convBias(hidden, last.weight, last.bias) };
}
