import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { warmUpMomentum } from "../engine/ops/update.js";
import * as tf from "../engine/tf.js";
import type { ViewRecipe, ViewStep } from "../images/augment/views.js";
import { supervised as supervisedLoss } from "../losses/supervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import type { Batch, Method } from "./method.js";
import { supervisedScale } from "./options.js";
import { ssl4mis } from "./recipes.js";
import { labelsAfter } from "./strongView.js";
import { averageOf, averageTested, owned, studentOf } from "./studentTeacher.js";

const options = z.strictObject({
  scale: supervisedScale(0.5),
  mixing: z
    .enum(["none", "cutmix", "cutout"])
    .default("none")
    .describe(
      "how labelled images are mixed with one another, and their labels with them, as ARCO mixes unlabelled ones",
    ),
  photometric: z
    .boolean()
    .default(false)
    .describe("colour jitter and blur of the labelled images, each with probability ½"),
  of: z
    .enum(["diceCrossEntropy", "crossEntropy"])
    .optional()
    .describe("of photographs: cross entropy alone, as ReCo has it, or with Dice"),
  tested: z
    .enum(["average", "student"])
    .optional()
    .describe(
      "of photographs: whose weights are validated and tested, a moving average's as those of the semi-supervised rivals, or the trained ones (ReCo)",
    ),
});
type Options = z.infer<typeof options>;

/** The labelled images as they are learned from where they are augmented further than those of every method. */
function viewsOf({ mixing, photometric }: Options): Record<string, ViewRecipe> {
  const steps: ViewStep[] = [
    ...(mixing === "none" ? [] : [{ change: "mix", mixing } as const]),
    ...(photometric ? [{ change: "photometric" } as const] : []),
  ];
  return steps.length > 0 ? { strong: { of: "all", steps } } : {};
}

/** The labels of the images that are learned from. */
function labelOf(batch: Batch): tf.Tensor {
  const { label, views } = batch;
  return views.strong?.sources ? tf.tensor(labelsAfter(batch, views.strong), label.shape, "int32") : label.clone();
}

/** Dice and cross entropy on the labelled images alone: the lower bound (UNet-L) and, with all labels, the upper one (UNet-F). */
export const supervised: Method<Options> = {
  name: "supervised",
  title: "Supervised",
  cite: "Ronneberger et al. 2015, trained as in SSL4MIS (train_fully_supervised_2D.py)",
  tested: ({ tested }) => (tested === "average" ? "the moving average of the weights" : "the network"),
  options,
  photographs: { of: "crossEntropy", scale: 1, tested: "average" },
  dimensions: [2, 3],
  labeled: true,
  unlabeled: false,
  recipe: ssl4mis({ unlabeled: false, schedule3D: "poly" }),
  views: viewsOf,
  create(setup) {
    const student = studentOf(setup);
    const average = setup.options.tested === "average" ? averageOf(setup, student) : undefined;
    const update = optimizer(student.trained, setup.steps, setup.optimizer);
    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step } = batch;
          const { image } = batch.views.strong ?? batch;
          const label = labelOf(batch);
          const forward = student.at(step);
          const { terms, gradients } = lossAndGradients(Object.values(student.trained), () => ({
            loss: supervisedLoss(forward(image).logits, label, setup.options),
          }));
          update.apply(gradients, step);
          average?.follow(warmUpMomentum(step, 0.99));
          return terms;
        }),
      predict: average?.predict ?? student.predict,
      ...owned(average ? averageTested(student, average) : student, update),
    };
  },
};
