import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { flatten, trainableByPath } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { mutualConsistency } from "../losses/mutualConsistency.js";
import { supervised } from "../losses/supervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { Problem } from "../problem.js";
import { forwardEach } from "./forward.js";
import { type Method, parts } from "./method.js";
import * as option from "./options.js";
import { ssl4mis } from "./recipes.js";
import { owned, studentOf } from "./studentTeacher.js";

const options = z.strictObject({
  supervised: option.supervisedLoss(),
  scale: option.supervisedScale(0.5),
  dice: z
    .enum(["squared", "plain"])
    .default("squared")
    .describe(
      "Dice on labels where it stands alone: of each class with squares, or with plain sums, without the background",
    ),
  weight: option.consistencyWeight(0.1),
  ramp: option.ramp(1),
  stairs: option.stairs(200),
  temperature: z
    .number()
    .positive()
    .max(1)
    .default(0.1)
    .describe("of the sharpening that makes a prediction a soft pseudo label for the other decoder; 1 changes nothing")
    .meta({ symbol: "T" }),
  passes: option.passes("separate"),
});

const published = { supervised: "dice", scale: 1, passes: "joint" } as const;

/**
 * Two decoders of one encoder, which differ in their upsampling, learn from labels and, on all images, each from the other's sharpened prediction;
 * the first is tested.
 */
export const mcnet: Method<z.infer<typeof options>> = {
  name: "mcnet",
  title: "MC-Net",
  cite: "Wu et al., MICCAI 2021 (train_mcnet_2d.py, train_mcnet_3d.py with mcnet2d_v1 and mcnet3d_v1)",
  tested: () => "the first of two decoders",
  options,
  // The released Dice of slices has no factor 2 before Σpy: half the gradient, and ½ more of each decoder in the value, which nothing follows from.
  protocols: { paper: published, released: { ...published, scale: 0.5 } },
  volumes: { scale: 0.5, dice: "plain", weight: 1, ramp: 0.4, stairs: 40 },
  short: { weight: 1 },
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true, steps3D: 15_000, schedule: "constant", schedule3D: "constant" }),
  create(setup) {
    const { seed, steps } = setup;
    const { scale, weight, ramp, stairs, temperature, passes, ...chosen } = setup.options;
    const student = studentOf(setup);
    const { encoder, decoder, otherDecoder } = student.network;
    if (!otherDecoder)
      throw new Problem(
        `network: found "${setup.network}", which has no decoder with another upsampling, expected one that has (otherDecoder)`,
      );
    const second = otherDecoder.init(stream(seed, "init", "second"));
    const trained = { ...student.trained, ...trainableByPath(second, "second/") };
    const update = optimizer(trained, steps, setup.optimizer);

    /** Logits of both decoders. */
    const decodersAt = (step: number) => {
      const mode = student.mode(step);
      return (image: tf.Tensor) => {
        const maps = encoder.apply(student.params, image, mode);
        const outputs = [decoder.apply(student.params, maps, mode), otherDecoder.apply(second, maps, mode)];
        return outputs.map(({ logits }) => logits);
      };
    };

    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step, label } = batch;
          const images = parts(batch.image, batch);
          const rampedWeight = rampUp(step, { max: weight, length: ramp * steps, stairs });
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const output = forwardEach(decodersAt(step), images.labeled, images.unlabeled, passes);
            const dice = chosen.supervised === "dice" ? { form: chosen.dice, epsilon: 1e-10 } : undefined;
            const learned = { scale, of: chosen.supervised, dice };
            const [one, other] = output.labeled.map((logits) => supervised(logits, label, learned));
            const labeled = one.add<tf.Scalar>(other);
            const all = output.labeled.map((logits, at) => tf.concat([logits, output.unlabeled[at]]));
            const agreement = mutualConsistency(all, { temperature });
            return { loss: labeled.add(agreement.mul(rampedWeight)), supervised: labeled, consistency: agreement };
          });
          update.apply(gradients, step);
          return terms;
        }),
      predict: student.predict,
      ...owned(student, { variables: flatten(second, "second/") }, update),
    };
  },
};
