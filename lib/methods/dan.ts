import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { softmax } from "../engine/ops/softmax.js";
import * as tf from "../engine/tf.js";
import { supervised } from "../losses/supervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { adversaryOf } from "./adversary.js";
import { forward } from "./forward.js";
import { type Method, parts } from "./method.js";
import * as option from "./options.js";
import { ssl4mis } from "./recipes.js";
import { owned, studentOf } from "./studentTeacher.js";

const options = z.strictObject({
  scale: option.supervisedScale(0.5),
  weight: option.weight(0.1).describe("full weight of the adversarial term").meta({ symbol: "ω_max" }),
  ramp: option.ramp(1),
  discriminatorRate: option.discriminatorRate(1e-4),
  passes: option.passes("separate"),
});

/** A discriminator learns to tell class probabilities of labelled images from those of unlabelled ones; the segmenter makes the unlabelled ones pass for labelled. */
export const dan: Method<z.infer<typeof options>> = {
  name: "dan",
  title: "Deep adversarial network (DAN)",
  cite: "Zhang et al., MICCAI 2017, as in SSL4MIS (train_adversarial_network_2D.py, …_3D.py)",
  tested: () => "the network",
  options,
  protocols: { paper: { passes: "joint" }, released: { passes: "joint" } },
  short: { weight: 0.01 },
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true, schedule3D: "poly" }),
  create(setup) {
    const { steps, classes } = setup;
    const { scale, weight, ramp, discriminatorRate, passes } = setup.options;
    const student = studentOf(setup);
    const adversary = adversaryOf(setup, { mapChannels: classes, rate: discriminatorRate });
    const update = optimizer(student.trained, steps, setup.optimizer);
    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step, label, image } = batch;
          const images = parts(image, batch);
          const rampedWeight = rampUp(step, { max: weight, length: ramp * steps });
          const { terms, gradients } = lossAndGradients(Object.values(student.trained), () => {
            const output = forward(student.at(step), images.labeled, images.unlabeled, passes);
            const labeled = supervised(output.labeled, label, { scale });
            const deception = adversary.deception(softmax(output.unlabeled), images.unlabeled);
            return { loss: labeled.add(deception.mul(rampedWeight)), supervised: labeled, adversarial: deception };
          });
          update.apply(gradients, step);
          const discriminator = adversary.learn(softmax(student.predict(image)), batch);
          return { ...terms, discriminator };
        }),
      predict: student.predict,
      ...owned(student, adversary, update),
    };
  },
};
