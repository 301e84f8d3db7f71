import { lossAndGradients } from "../engine/gradients.js";
import { meanCrossEntropy } from "../engine/ops/crossEntropy.js";
import { maskSeeds } from "../engine/ops/dropout.js";
import { flatten, trainableByPath } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { discriminator } from "../heads/discriminator.js";
import { optimizer } from "../optimizers/optimizer.js";
import type { Batch, Setup } from "./method.js";

/** A discriminator D during training: it learns to tell a network's maps of labelled images from those of unlabelled ones, and the network learns to deceive it. */
export interface Adversary {
  variables: Record<string, tf.Variable>;
  /** CE(D(map, image), "labelled") of unlabelled images, which the network makes small; D in evaluation mode. */
  deception(map: tf.Tensor, image: tf.Tensor): tf.Scalar;
  /** One step of D on a batch with the maps [labeled + unlabeled, …size, mapChannels] of its images; its cross entropy. */
  learn(map: tf.Tensor, batch: Batch): tf.Scalar;
}

/** The adversary of a setup for maps of so many channels, with an optimiser of its own. */
export function adversaryOf(
  { seed, steps, channels, imageSize }: Pick<Setup<object>, "seed" | "steps" | "channels" | "imageSize">,
  { mapChannels, rate }: { mapChannels: number; rate: number },
): Adversary {
  const network = discriminator({ mapChannels, channels, size: imageSize });
  const params = network.init(stream(seed, "init", "discriminator"));
  const trained = trainableByPath(params, "discriminator/");
  const update = optimizer(trained, steps, {
    ...{ kind: "adam", rate, beta2: 0.99, schedule: "constant" },
    ...{ weightDecay: 0, momentum: 0.9, nesterov: false },
  });
  return {
    variables: { ...flatten(params, "discriminator/"), ...update.state },
    deception(map, image) {
      const logits = network.apply(params, map, image, { training: false });
      return meanCrossEntropy(logits, tf.ones([map.shape[0]], "int32"));
    },
    learn: (map, { step, image, labeled, unlabeled }) =>
      tf.tidy(() => {
        const isLabeled = tf.concat([tf.ones([labeled], "int32"), tf.zeros([unlabeled], "int32")]);
        const mode = { training: true, masks: maskSeeds(seed, "discriminator", step) };
        const { terms, gradients } = lossAndGradients(Object.values(trained), () => ({
          loss: meanCrossEntropy(network.apply(params, map, image, mode), isLabeled),
        }));
        update.apply(gradients, step);
        return terms.loss;
      }),
  };
}
