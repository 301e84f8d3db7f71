import { lossAndGradients } from "../../engine/gradients.js";
import { stream } from "../../engine/random.js";
import * as tf from "../../engine/tf.js";
import { crossConsistency } from "../../losses/crossConsistency.js";
import { supervised } from "../../losses/supervised.js";
import { optimizer } from "../../optimizers/optimizer.js";
import { rampUp } from "../../optimizers/schedule.js";
import { forward } from "../forward.js";
import { parts, type Setup, type Trainer } from "../method.js";
import { owned, studentOf } from "../studentTeacher.js";
import type { DctOptions } from "./options.js";
import { quarterTurns } from "./quarterTurns.js";

/** One network sees unlabelled images and the same ones after 0 to 3 quarter turns; each prediction is drawn towards the other. */
export function rotationTrainer(setup: Setup<DctOptions>): Trainer {
  const { seed, steps } = setup;
  const { scale, weight, ramp, passes } = setup.options;
  const student = studentOf(setup);
  const update = optimizer(student.trained, steps, setup.optimizer);

  return {
    step: async (batch) =>
      tf.tidy(() => {
        const { step, label } = batch;
        const images = parts(batch.image, batch);
        const turns = stream(seed, "turns", step).integer(0, 4);
        const rampedWeight = rampUp(step, { max: weight, length: ramp * steps });
        const { terms, gradients } = lossAndGradients(Object.values(student.trained), () => {
          const output = forward(student.at(step), images.labeled, images.unlabeled, passes);
          const labeled = supervised(output.labeled, label, { scale });
          const ofTurned = student.at(step, "turned")(quarterTurns(images.unlabeled, turns)).logits;
          const turned = quarterTurns(output.unlabeled, turns);
          const agreement = crossConsistency(ofTurned, [turned])
            .add<tf.Scalar>(crossConsistency(turned, [ofTurned]))
            .div<tf.Scalar>(2);
          return { loss: labeled.add(agreement.mul(rampedWeight)), supervised: labeled, consistency: agreement };
        });
        update.apply(gradients, step);
        return terms;
      }),
    predict: student.predict,
    ...owned(student, update),
  };
}
