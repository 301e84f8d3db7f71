import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import * as tf from "../engine/tf.js";
import { dualTask } from "../losses/dualTask.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { distanceOptions, distanceStudentOf, distancesOf, learnedFromLabels, publishedDistance } from "./distance.js";
import { forwardEach } from "./forward.js";
import { type Method, parts } from "./method.js";
import * as option from "./options.js";
import { ssl4mis } from "./recipes.js";
import { owned } from "./studentTeacher.js";

const options = z.strictObject({
  ...distanceOptions,
  weight: option.consistencyWeight(1),
  ramp: option.ramp(1),
  stairs: option.stairs(200),
  steepness: z
    .number()
    .positive()
    .default(1500)
    .describe(
      "of the sigmoid that makes a mask of signed distances; at 1500 only those below some 0.005 get a gradient",
    )
    .meta({ symbol: "k" }),
  passes: option.passes("separate"),
});

/** A second head says the signed distance of each foreground class; the mask that follows from it and the segmentation learn to agree, on all images. */
export const dtc: Method<z.infer<typeof options>> = {
  name: "dtc",
  title: "Dual-task consistency (DTC)",
  cite: "Luo et al., AAAI 2021 (train_la_dtc.py)",
  tested: () => "the segmentation head",
  options,
  protocols: { paper: publishedDistance, released: publishedDistance },
  volumes: { stairs: 40 },
  short: { weight: 0.3 },
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true }),
  create(setup) {
    const { steps, classes } = setup;
    const { weight, ramp, stairs, steepness, passes, absent } = setup.options;
    const student = distanceStudentOf(setup);
    const update = optimizer(student.trained, steps, setup.optimizer);
    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step, label } = batch;
          const images = parts(batch.image, batch);
          const truth = distancesOf(batch, { classes, absent });
          const rampedWeight = rampUp(step, { max: weight, length: ramp * steps, stairs });
          const { terms, gradients } = lossAndGradients(Object.values(student.trained), () => {
            const heads = student.heads(student.mode(step));
            const output = forwardEach(heads, images.labeled, images.unlabeled, passes);
            const { sum, ...learned } = learnedFromLabels(output.labeled, { label, truth }, setup.options);
            const [allLogits, allDistances] = output.labeled.map((one, at) => tf.concat([one, output.unlabeled[at]]));
            const consistency = dualTask(allDistances, allLogits, { steepness });
            return { loss: sum.add(consistency.mul(rampedWeight)), ...learned, consistency };
          });
          update.apply(gradients, step);
          return terms;
        }),
      predict: student.predict,
      ...owned(student, update),
    };
  },
};
