import { z } from "zod";
import { symmetricBeta } from "../engine/beta.js";
import { lossAndGradients } from "../engine/gradients.js";
import { batchSlice } from "../engine/ops/batchSlice.js";
import { warmUpMomentum } from "../engine/ops/update.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { interpolate, interpolationConsistency } from "../losses/interpolation.js";
import { supervised } from "../losses/supervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { forward } from "./forward.js";
import { type Method, parts } from "./method.js";
import * as option from "./options.js";
import { ssl4mis } from "./recipes.js";
import { owned, studentOf, teacherOf } from "./studentTeacher.js";

const options = z.strictObject({
  scale: option.supervisedScale(0.5),
  weight: option.consistencyWeight(0.1),
  ramp: option.ramp(1),
  alpha: z
    .number()
    .positive()
    .max(5)
    .default(0.2)
    .describe(
      "the share λ of the second image in a mixture is drawn from Beta(α, α): near 0 or 1 for a small α, evenly for 1",
    )
    .meta({ symbol: "α" }),
  momentum: option.momentum(0.99),
  passes: option.passes("separate"),
});

/** A student learns from labels and, on mixtures of two unlabelled images, to predict the mixture of what its moving average, the teacher, predicts for each; the student is tested. */
export const ict: Method<z.infer<typeof options>> = {
  name: "ict",
  title: "Interpolation consistency training (ICT)",
  cite: "Verma et al., IJCAI 2019, as in SSL4MIS (train_interpolation_consistency_training_2D.py, …_3D.py)",
  tested: () => "the student",
  options,
  protocols: {
    paper: { weight: 100, ramp: 0.25, alpha: 1, momentum: 0.999 }, // on CIFAR-10
    released: { passes: "joint" },
  },
  short: { weight: 10 },
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true, schedule3D: "poly" }),
  create(setup) {
    const { seed, steps } = setup;
    const { scale, weight, ramp, alpha, momentum, passes } = setup.options;
    const student = studentOf(setup);
    const teacher = teacherOf(setup, student);
    const update = optimizer(student.trained, steps, setup.optimizer);

    /** λ of each pair of images. */
    const shares = (pairs: number, step: number) => {
      const rng = stream(seed, "interpolation", step);
      return tf.tensor1d(Float32Array.from({ length: pairs }, () => symmetricBeta(rng, alpha)));
    };

    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step, label } = batch;
          const images = parts(batch.image, batch);
          const [u0, u1] = halves(images.unlabeled);
          const share = shares(u0.shape[0], step);
          const mixed = interpolate(u0, u1, share); // Mix_λ(u₀, u₁)
          const says = teacher.at(step);
          const targets = [tf.tidy(() => says(u0).logits), tf.tidy(() => says(u1).logits)] as const;
          const rampedWeight = rampUp(step, { max: weight, length: ramp * steps });
          const { terms, gradients } = lossAndGradients(Object.values(student.trained), () => {
            const output = forward(student.at(step), images.labeled, mixed, passes);
            const labeled = supervised(output.labeled, label, { scale });
            const agreement = interpolationConsistency(output.unlabeled, targets, share);
            return { loss: labeled.add(agreement.mul(rampedWeight)), supervised: labeled, consistency: agreement };
          });
          update.apply(gradients, step);
          teacher.follow(warmUpMomentum(step, momentum));
          return terms;
        }),
      predict: student.predict,
      ...owned(student, teacher, update),
    };
  },
};

/** The first and the second half of some images; of an odd number the middle one is in both. */
function halves(images: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [count, pairs] = [images.shape[0], Math.ceil(images.shape[0] / 2)];
  return [batchSlice(images, 0, pairs), batchSlice(images, count - pairs, pairs)];
}
