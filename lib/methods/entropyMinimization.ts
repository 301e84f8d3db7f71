import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import * as tf from "../engine/tf.js";
import { meanEntropy } from "../losses/meanEntropy.js";
import { supervised } from "../losses/supervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { forward } from "./forward.js";
import { type Method, parts } from "./method.js";
import * as option from "./options.js";
import { ssl4mis } from "./recipes.js";
import { owned, studentOf } from "./studentTeacher.js";

const options = z.strictObject({
  scale: option.supervisedScale(0.5),
  weight: option.weight(0.1).describe("full weight of the entropy").meta({ symbol: "λ_ent" }),
  ramp: option.ramp(1),
  images: z
    .enum(["all", "unlabeled"])
    .default("all")
    .describe(
      "images whose predictions are to be sure: labelled ones too, as in SSL4MIS, or unlabelled ones alone, as in the original",
    ),
  passes: option.passes("separate"),
});

/** A network learns from labels and to be sure of its predictions: the entropy of every pixel's class distribution is minimised. */
export const entropyMinimization: Method<z.infer<typeof options>> = {
  name: "entropyMinimization",
  title: "Entropy minimisation (EM)",
  cite: "Vu et al., CVPR 2019, as in SSL4MIS (train_entropy_minimization_2D.py, …_3D.py)",
  tested: () => "the network",
  options,
  protocols: {
    paper: { weight: 0.001, ramp: 0, images: "unlabeled" }, // its authors' configuration, which has two passes as well
    released: { passes: "joint" },
  },
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true, schedule3D: "poly" }),
  create(setup) {
    const { scale, weight, ramp, images: sure, passes } = setup.options;
    const student = studentOf(setup);
    const update = optimizer(student.trained, setup.steps, setup.optimizer);

    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step, label } = batch;
          const images = parts(batch.image, batch);
          const rampedWeight = rampUp(step, { max: weight, length: ramp * setup.steps });
          const { terms, gradients } = lossAndGradients(Object.values(student.trained), () => {
            const output = forward(student.at(step), images.labeled, images.unlabeled, passes);
            const labeled = supervised(output.labeled, label, { scale });
            const entropy = meanEntropy(
              sure === "all" ? tf.concat([output.labeled, output.unlabeled]) : output.unlabeled,
            );
            return { loss: labeled.add(entropy.mul(rampedWeight)), supervised: labeled, entropy };
          });
          update.apply(gradients, step);
          return terms;
        }),
      predict: student.predict,
      ...owned(student, update),
    };
  },
};
