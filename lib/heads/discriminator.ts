import { leakyRelu } from "../engine/ops/activation.js";
import { convBias } from "../engine/ops/conv.js";
import { dropout } from "../engine/ops/dropout.js";
import type { Rng } from "../engine/random.js";
import type * as tf from "../engine/tf.js";
import { type Conv, convInit } from "../networks/blocks.js";
import type { Mode } from "../networks/network.js";
import { type Linear, linear, linearInit } from "./linear.js";
import { windows } from "./windows.js";

/** The first convolution of the map and of the image, the further ones, and the linear layer to two logits. */
export type DiscriminatorParams = { map: Conv; image: Conv; convs: Conv[]; classifier: Linear };

/** Channels of a map and of its image, and the size of both. */
export interface DiscriminatorOptions {
  mapChannels: number;
  channels: number;
  size: readonly number[];
  /** Channels after the first convolution; each further one doubles them. */
  width?: number;
}

/** Tells by a map [images, …size, mapChannels], such as class probabilities, and its image whether the image was labelled. */
export interface Discriminator {
  init(rng: Rng): DiscriminatorParams;
  /** Logits [images, 2] of "unlabelled" and "labelled". Training mode drops whole channels. */
  apply(params: DiscriminatorParams, map: tf.Tensor, image: tf.Tensor, mode: Mode): tf.Tensor;
}

/** SSL4MIS's and SASSNet's discriminator (`FCDiscriminator`, `FC3DDiscriminator`): four convolutions of stride 2, average pooling, a linear layer. */
export function discriminator({ mapChannels, channels, size, width = 64 }: DiscriminatorOptions): Discriminator {
  const isVolume = size.length === 3;
  const kernel = size.map(() => 4);
  const coarse = size.map((length) => Math.ceil(length / 16)); // of four halvings, each rounded up
  // Windows of 7² on images: 2×2 of them on the 16×16 places of 256² pixels, of which two rows are left out. On volumes, and along sides with room for but one, it is the whole map.
  const window = coarse.map((length) => (isVolume || length < 14 ? length : 7));
  const pooled = coarse.reduce((count, length, axis) => count * Math.floor(length / window[axis]), 1);
  return {
    init: (rng) => ({
      map: convInit(rng, kernel, mapChannels, width),
      image: convInit(rng, kernel, channels, width),
      convs: [1, 2, 4].map((times) => convInit(rng, kernel, times * width, 2 * times * width)),
      classifier: linearInit(rng, 8 * width * pooled, 2),
    }),
    apply({ map: ofMap, image: ofImage, convs, classifier }, map, image, { training, masks }) {
      const active = (x: tf.Tensor) => leakyRelu(x, 0.2);
      const dropped = (x: tf.Tensor) => (training && masks ? dropout(x, 0.5, masks(), { channels: true }) : x);
      const joined = halved(map, ofMap).add(halved(image, ofImage));
      let x = isVolume ? dropped(active(joined)) : joined;
      for (const conv of convs.slice(0, -1)) x = dropped(active(halved(x, conv)));
      const last = active(halved(x, convs[convs.length - 1]));
      const averages = windows(last, { size: window, stride: window, pooled: 1 });
      return linear(averages.reshape([map.shape[0], -1]), classifier);
    },
  };
}

/** A convolution of stride 2; of even sides "same" is a padding of 1, of odd ones it gives a place more than that, so that none is left out. */
const halved = (x: tf.Tensor, { weight, bias }: Conv) => convBias(x, weight, bias, { stride: 2, padding: "same" });
