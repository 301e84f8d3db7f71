import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { risingMomentum } from "../engine/ops/update.js";
import * as tf from "../engine/tf.js";
import { cosineDistance } from "../losses/cosineDistance.js";
import type { Method } from "../methods/method.js";
import * as option from "../methods/options.js";
import { framework, per256 } from "../methods/recipes.js";
import { owned } from "../methods/studentTeacher.js";
import { optimizer } from "../optimizers/optimizer.js";
import { croppedView } from "./croppedView.js";
import { frameworkOptions } from "./frameworkOptions.js";
import { momentumPair } from "./momentumPair.js";
import { normedProjector, predictorOf } from "./projectors.js";

const options = z.strictObject({
  momentum: option.momentum(0.99).describe("first rate of the teacher's moving average; it rises to 1"),
  predictor: z
    .boolean()
    .default(true)
    .describe("whether the student has a predictor behind its projector; without it all embeddings become one"),
  stopGradient: z
    .boolean()
    .default(true)
    .describe(
      "whether the teacher only averages the student, or is trained by the loss as well; then all embeddings become one",
    ),
  ...frameworkOptions({ hidden: 512, embedding: 128, smallest: 0.08 }),
});

const published = { hidden: 4096, embedding: 256 };

/**
 * BYOL: a student with a predictor is to find the teacher's embedding of the other view of an image; the teacher is its moving average. There are no negatives: predictor and
 * stopped gradient keep embeddings apart. Both views take both roles.
 */
export const byol: Method<z.infer<typeof options>> = {
  name: "byol",
  title: "BYOL",
  cite: "Grill et al., NeurIPS 2020; released: lightly's benchmark, as the original code for 100 epochs",
  options,
  protocols: { paper: { ...published, momentum: 0.996 }, released: published },
  dimensions: [2],
  labeled: false,
  unlabeled: true,
  recipe: framework({
    paper: { kind: "lars", rate: per256(0.2), weightDecay: 1.5e-6, warmUp: 10 },
    released: { kind: "lars", rate: per256(0.45), weightDecay: 1e-6, warmUp: 10 },
  }),
  pretrains: ({ part }) => part,
  views: ({ smallest }) => ({ first: croppedView({ smallest }), second: croppedView({ smallest }) }),
  create(setup) {
    const { momentum, stopGradient } = setup.options;
    const pair = momentumPair(setup, normedProjector(setup.options));
    const { student, teacher } = pair;
    const predictor = predictorOf(setup);
    const trained = { ...student.trained, ...predictor.trained, ...(!stopGradient && teacher.trained) };
    const update = optimizer(trained, setup.steps, setup.optimizer);

    return {
      step: async ({ step, views }) =>
        tf.tidy(() => {
          pair.follow(risingMomentum(step, setup.steps, momentum));
          const images = [views.first.image, views.second.image];
          const project = () => images.map((image, view) => teacher.project(teacher.at(step, view)(image)));
          const stopped = stopGradient && tf.tidy(project);
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const targets = stopped || project();
            const [first, second] = images.map((image, view) =>
              predictor.predict(student.project(student.at(step, view)(image))),
            );
            return { loss: cosineDistance(first, targets[1]).add(cosineDistance(second, targets[0])) };
          });
          update.apply(gradients, step);
          return terms;
        }),
      ...owned(pair, predictor, update),
    };
  },
};
