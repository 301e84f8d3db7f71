import { lossAndGradients } from "../../engine/gradients.js";
import { meanCrossEntropy } from "../../engine/ops/crossEntropy.js";
import * as tf from "../../engine/tf.js";
import { fastGradientSign } from "../../losses/adversarial.js";
import { jensenShannon } from "../../losses/jensenShannon.js";
import { pseudoSupervision } from "../../losses/pseudoSupervision.js";
import { supervised } from "../../losses/supervised.js";
import { viewDifference } from "../../losses/viewDifference.js";
import type { Mode } from "../../networks/network.js";
import { optimizer } from "../../optimizers/optimizer.js";
import { rampUp } from "../../optimizers/schedule.js";
import { type BatchOutput, forward } from "../forward.js";
import { type Batch, parts, type Setup, type Trainer } from "../method.js";
import { owned, type Student, studentOf } from "../studentTeacher.js";
import type { DctOptions } from "./options.js";

/**
 * Two networks agree on unlabelled images; and on adversarial examples to the one the other predicts what the one says of the images themselves, which keeps them apart.
 * Both see the same labelled images; the first is tested.
 */
export function twoViewTrainer(setup: Setup<DctOptions>): Trainer {
  const { steps } = setup;
  const { scale, weight, ramp, epsilon, passes } = setup.options;
  const [first, second] = [studentOf(setup), studentOf(setup, "second")]; // p₁, p₂
  const trained = { ...first.trained, ...second.trained };
  const update = optimizer(trained, steps, setup.optimizer);

  /** A network on a batch's images, or on others of that form. */
  const networkOn =
    ({ network, params }: Student, batch: Batch, mode: Mode) =>
    (image: tf.Tensor) => {
      const { labeled, unlabeled } = parts(image, batch);
      return forward((part) => network.apply(params, part, mode), labeled, unlabeled, passes);
    };

  /** g(x): adversarial examples of a batch's images to a network, against their labels or, without labels, against what it says of them. */
  const adversarialTo = (network: Student, batch: Batch): tf.Tensor => {
    const apply = networkOn(network, batch, { training: true, track: false });
    const error = (image: tf.Tensor) => {
      const { labeled, unlabeled } = apply(image);
      return meanCrossEntropy(labeled, batch.label).add<tf.Scalar>(pseudoSupervision(unlabeled, unlabeled));
    };
    return fastGradientSign(batch.image, error, { epsilon });
  };

  /** A network on the other's adversarial examples; its running statistics stay those of the images themselves. */
  const onAdversarial = (network: Student, batch: Batch) =>
    networkOn(network, batch, { ...network.mode(batch.step, "adversarial"), track: false });

  return {
    step: async (batch) =>
      tf.tidy(() => {
        const { step, label } = batch;
        const rampedWeight = rampUp(step, { max: weight, length: ramp * steps });
        const examples = [first, second].map((network) => adversarialTo(network, batch)); // g₁(x), g₂(x)
        const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
          const [one, other] = [first, second].map((network) =>
            networkOn(network, batch, network.mode(step))(batch.image),
          ); // p₁(x), p₂(x)
          const labeled = supervised(one.labeled, label, { scale }).add<tf.Scalar>(
            supervised(other.labeled, label, { scale }),
          );
          const agreement = jensenShannon(one.unlabeled, other.unlabeled); // L_cot
          const oneAttacked = onAdversarial(first, batch)(examples[1]); // p₁(g₂(x))
          const otherAttacked = onAdversarial(second, batch)(examples[0]); // p₂(g₁(x))
          const difference = viewDifference(all(one), all(otherAttacked)) // L_diff
            .add<tf.Scalar>(viewDifference(all(other), all(oneAttacked)));
          const consistency = agreement.add(difference.mul(setup.options.difference));
          return { loss: labeled.add(consistency.mul(rampedWeight)), supervised: labeled, agreement, difference };
        });
        update.apply(gradients, step);
        return terms;
      }),
    predict: first.predict,
    ...owned(first, second, update),
  };
}

/** Logits of all images of a batch. */
const all = ({ labeled, unlabeled }: BatchOutput): tf.Tensor => tf.concat([labeled, unlabeled]);
