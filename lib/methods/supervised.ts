import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import * as tf from "../engine/tf.js";
import { supervised as supervisedLoss } from "../losses/supervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import type { Method } from "./method.js";
import { supervisedScale } from "./options.js";
import { ssl4mis } from "./recipes.js";
import { owned, studentOf } from "./studentTeacher.js";

const options = z.strictObject({ scale: supervisedScale(0.5) });

/** Dice and cross entropy on the labelled images alone: the lower bound (UNet-L) and, with all labels, the upper one (UNet-F). */
export const supervised: Method<z.infer<typeof options>> = {
  name: "supervised",
  title: "Supervised",
  cite: "Ronneberger et al. 2015, trained as in SSL4MIS (train_fully_supervised_2D.py)",
  options,
  dimensions: [2, 3],
  labeled: true,
  unlabeled: false,
  recipe: ssl4mis({ unlabeled: false }),
  create(setup) {
    const student = studentOf(setup);
    const update = optimizer(student.trained, setup.steps, setup.optimizer);
    return {
      step: async ({ image, label, step }) =>
        tf.tidy(() => {
          const forward = student.at(step);
          const { terms, gradients } = lossAndGradients(Object.values(student.trained), () => ({
            loss: supervisedLoss(forward(image).logits, label, setup.options),
          }));
          update.apply(gradients, step);
          return terms;
        }),
      predict: student.predict,
      ...owned(student, update),
    };
  },
};
