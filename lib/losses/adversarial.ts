import { lossAndGradients } from "../engine/gradients.js";
import type { MaskSeed } from "../engine/ops/dropout.js";
import { uniformNoise } from "../engine/ops/noise.js";
import type * as tf from "../engine/tf.js";

/** Settings of the power iteration. */
export interface AdversarialOptions {
  /** Length ξ of the random step after which the gradient is taken. */
  probe?: number;
  seed: MaskSeed;
}

/**
 * The virtual adversarial direction of each image [batch, …size, channels], of length 1: the direction in which a divergence
 * from the prediction at the image grows fastest, by one power iteration from a random direction (Miyato et al., TPAMI 2019). The network is not changed.
 */
export function adversarialDirection(
  image: tf.Tensor,
  divergence: (image: tf.Tensor) => tf.Scalar,
  { probe = 10, seed }: AdversarialOptions,
): tf.Tensor {
  const random = unitImages(uniformNoise(image.shape, seed).sub(0.5)); // d ← unit(U(−½, ½))
  const { gradients } = lossAndGradients([random], () => ({ divergence: divergence(image.add(random.mul(probe))) }));
  return unitImages(gradients[0]); // d ← unit(∂D/∂d)
}

/** Each image of a batch divided by its length (+ 1e-8, as released). */
export function unitImages(images: tf.Tensor): tf.Tensor {
  const rows = images.reshape([images.shape[0], -1]);
  return rows.div(rows.square().sum(1, true).sqrt().add(1e-8)).reshape(images.shape);
}

/** Adversarial examples by the fast gradient sign: images [batch, …size, channels] moved by ε at every value, in the direction in which a loss rises (Goodfellow et al., ICLR 2015). */
export function fastGradientSign(
  image: tf.Tensor,
  loss: (image: tf.Tensor) => tf.Scalar,
  { epsilon = 0.02 } = {},
): tf.Tensor {
  const { gradients } = lossAndGradients([image], () => ({ loss: loss(image) }));
  return image.add(gradients[0].sign().mul(epsilon)); // x + ε·sign(∂L/∂x)
}
