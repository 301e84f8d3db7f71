import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { warmUpMomentum } from "../engine/ops/update.js";
import * as tf from "../engine/tf.js";
import { consistency } from "../losses/consistency.js";
import { supervised } from "../losses/supervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { forward } from "./forward.js";
import { type Method, parts } from "./method.js";
import { noisyLogits } from "./noisyTeacher.js";
import * as option from "./options.js";
import { ssl4mis } from "./recipes.js";
import { owned, studentOf, teacherOf } from "./studentTeacher.js";

const options = z.strictObject({
  scale: option.supervisedScale(0.5),
  weight: option.consistencyWeight(0.1),
  ramp: option.ramp(1),
  pause: option.share(1 / 30).describe("part of the training without consistency"),
  momentum: option.momentum(0.99),
  noise: option.teacherNoise(0.1),
  passes: option.passes("separate"),
});

/** A student learns from labels and from consistency with its moving average, the teacher, on noisy unlabelled images; the student is tested. */
export const meanTeacher: Method<z.infer<typeof options>> = {
  name: "meanTeacher",
  title: "Mean teacher",
  cite: "Tarvainen & Valpola, NeurIPS 2017, as in SSL4MIS (train_mean_teacher_2D.py, …_3D.py)",
  tested: () => "the student",
  options,
  protocols: { paper: { passes: "joint" }, released: { passes: "joint" } },
  volumes: { pause: 0 }, // the 3D script has none
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true, schedule3D: "poly" }),
  create(setup) {
    const { scale, weight, ramp, pause, momentum, noise, passes } = setup.options;
    const student = studentOf(setup);
    const teacher = teacherOf(setup, student);
    const update = optimizer(student.trained, setup.steps, setup.optimizer);
    const targetOf = noisyLogits(teacher, noise);

    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step, label } = batch;
          const images = parts(batch.image, batch);
          const target = targetOf(images.unlabeled, step);
          const rampedWeight =
            step < pause * setup.steps ? 0 : rampUp(step, { max: weight, length: ramp * setup.steps });
          const { terms, gradients } = lossAndGradients(Object.values(student.trained), () => {
            const output = forward(student.at(step), images.labeled, images.unlabeled, passes);
            const labeled = supervised(output.labeled, label, { scale });
            const agreement = consistency(output.unlabeled, target);
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
