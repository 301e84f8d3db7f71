import { lossAndGradients } from "../engine/gradients.js";
import { maskSeeds } from "../engine/ops/dropout.js";
import { normalNoise } from "../engine/ops/noise.js";
import { average, warmUpMomentum } from "../engine/ops/update.js";
import { disposeParams, flatten, trainable, trainableByPath } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { consistency } from "../losses/consistency.js";
import { supervised } from "../losses/supervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { type Method, networkOf, parts } from "./method.js";
import { type Passes, see } from "./passes.js";

/** The published values; times are shares of the training, which there has 30,000 steps. */
export interface MeanTeacherOptions {
  /** Weight of Dice + cross entropy. */
  scale: number;
  /** Full weight of the consistency. */
  weight: number;
  /** Part of the training over which that weight rises. */
  ramp: number;
  /** Part of the training without consistency. */
  pause: number;
  /** Limit of the teacher's moving-average rate. */
  momentum: number;
  /** Standard deviation of the noise on the teacher's images, cut off at twice that. */
  noise: number;
  /** Joint as in SSL4MIS. In a short training that costs dearly: the labelled images, few and alike, stand apart from the others in the batch, and what is learned of them does not carry over. */
  passes: Passes;
}

/** A student learns from labels and from agreeing with its own moving average on noisy unlabelled images; the student is tested. */
export const meanTeacher: Method<MeanTeacherOptions> = {
  name: "meanTeacher",
  title: "Mean teacher",
  cite: "Tarvainen & Valpola, NeurIPS 2017, as in SSL4MIS (train_mean_teacher_2D.py)",
  defaults: { scale: 0.5, weight: 0.1, ramp: 1, pause: 1 / 30, momentum: 0.99, noise: 0.1, passes: "separate" },
  optionsOf: (protocol) => ({ ...meanTeacher.defaults, passes: protocol === "lab" ? "separate" : "joint" }),
  unlabeled: true,
  create(setup) {
    const { scale, weight, ramp, pause, momentum, noise, passes } = setup.options;
    const network = networkOf(setup);
    const student = network.init(stream(setup.seed, "init"));
    const teacher = network.init(stream(setup.seed, "init"));
    const weights = trainable(student);
    const update = optimizer(trainableByPath(student, "model/"), setup.steps, setup.optimizer);
    const length = ramp * setup.steps;

    /** Teacher's logits on the unlabelled images with noise. */
    const target = (image: tf.Tensor, step: number) => {
      const masks = maskSeeds(setup.seed, "teacher", step);
      const added = normalNoise(image.shape, masks())
        .mul(noise)
        .clipByValue(-2 * noise, 2 * noise);
      return network.apply(teacher, image.add(added), { training: true, masks }).logits;
    };

    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step, image, label } = batch;
          const agreed = target(parts(image, batch).unlabeled, step);
          const masks = maskSeeds(setup.seed, "student", step);
          const share = step < pause * setup.steps ? 0 : rampUp(step, { max: weight, length });
          const { terms, gradients } = lossAndGradients(weights, () => {
            const forward = (part: tf.Tensor) => network.apply(student, part, { training: true, masks });
            const images = parts(image, batch);
            const seen = see(forward, images.labeled, images.unlabeled, passes);
            const labeled = supervised(seen.labeled, label, { scale });
            const agreement = consistency(seen.unlabeled, agreed);
            return { loss: labeled.add(agreement.mul(share)), supervised: labeled, consistency: agreement };
          });
          update.apply(gradients, step);
          average(teacher, student, warmUpMomentum(step, momentum));
          return terms;
        }),
      predict: (image) => tf.tidy(() => network.apply(student, image, { training: false }).logits),
      variables: { ...flatten(student, "model/"), ...flatten(teacher, "teacher/"), ...update.state },
      dispose: () => {
        disposeParams(student);
        disposeParams(teacher);
        update.dispose();
      },
    };
  },
};
