import { lossAndGradients } from "../engine/gradients.js";
import { maskSeeds } from "../engine/ops/dropout.js";
import { disposeParams, flatten, trainable, trainableByPath } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { supervised as supervisedLoss } from "../losses/supervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import { type Method, networkOf } from "./method.js";

/** `scale` of Dice + cross entropy: the bounds of the tables are trained with ½ (SSL4MIS). */
export interface SupervisedOptions {
  scale: number;
}

/** Dice and cross entropy on the labelled images alone: the lower bound (UNet-L) and, with all labels, the upper one (UNet-F). */
export const supervised: Method<SupervisedOptions> = {
  name: "supervised",
  title: "Supervised",
  cite: "Ronneberger et al. 2015, trained as in SSL4MIS (train_fully_supervised_2D.py)",
  defaults: { scale: 0.5 },
  unlabeled: false,
  create(setup) {
    const network = networkOf(setup);
    const model = network.init(stream(setup.seed, "init"));
    const weights = trainable(model);
    const update = optimizer(trainableByPath(model, "model/"), setup.steps, setup.optimizer);
    return {
      step: async ({ image, label, step }) =>
        tf.tidy(() => {
          const masks = maskSeeds(setup.seed, "student", step);
          const { terms, gradients } = lossAndGradients(weights, () => {
            const { logits } = network.apply(model, image, { training: true, masks });
            return { loss: supervisedLoss(logits, label, setup.options) };
          });
          update.apply(gradients, step);
          return terms;
        }),
      predict: (image) => tf.tidy(() => network.apply(model, image, { training: false }).logits),
      variables: { ...flatten(model, "model/"), ...update.state },
      dispose: () => {
        disposeParams(model);
        update.dispose();
      },
    };
  },
};
