import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import * as tf from "../engine/tf.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { adversaryOf } from "./adversary.js";
import { distanceOptions, distanceStudentOf, distancesOf, learnedFromLabels, publishedDistance } from "./distance.js";
import { forwardEach } from "./forward.js";
import { type Method, parts } from "./method.js";
import * as option from "./options.js";
import { ssl4mis } from "./recipes.js";
import { owned } from "./studentTeacher.js";

const options = z.strictObject({
  ...distanceOptions,
  weight: option.weight(0.01).describe("full weight of the adversarial term").meta({ symbol: "ω_max" }),
  ramp: option.ramp(1),
  stairs: option.stairs(200),
  discriminatorRate: option.discriminatorRate(1e-4),
  passes: option.passes("separate"),
});

/** A second head says the signed distance of each foreground class; a discriminator learns to tell such maps of labelled images from those of unlabelled ones, which are to pass for labelled. */
export const sassnet: Method<z.infer<typeof options>> = {
  name: "sassnet",
  title: "Shape-aware segmentation (SASSNet)",
  cite: "Li et al., MICCAI 2020 (train_gan_sdfloss.py)",
  tested: () => "the segmentation head",
  options,
  protocols: { paper: publishedDistance, released: publishedDistance },
  volumes: { stairs: 40 },
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true }),
  create(setup) {
    const { steps, classes } = setup;
    const { weight, ramp, stairs, discriminatorRate, passes, absent } = setup.options;
    const student = distanceStudentOf(setup);
    const adversary = adversaryOf(setup, { mapChannels: classes - 1, rate: discriminatorRate });
    const update = optimizer(student.trained, steps, setup.optimizer);
    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step, label, image } = batch;
          const images = parts(image, batch);
          const truth = distancesOf(batch, { classes, absent });
          const rampedWeight = rampUp(step, { max: weight, length: ramp * steps, stairs });
          const { terms, gradients } = lossAndGradients(Object.values(student.trained), () => {
            const heads = student.heads(student.mode(step));
            const output = forwardEach(heads, images.labeled, images.unlabeled, passes);
            const { sum, ...learned } = learnedFromLabels(output.labeled, { label, truth }, setup.options);
            const deception = adversary.deception(output.unlabeled[1], images.unlabeled);
            return { loss: sum.add(deception.mul(rampedWeight)), ...learned, adversarial: deception };
          });
          update.apply(gradients, step);
          const [, distances] = student.heads({ training: false })(image);
          return { ...terms, discriminator: adversary.learn(distances, batch) };
        }),
      predict: student.predict,
      ...owned(student, adversary, update),
    };
  },
};
