import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { maskSeeds } from "../engine/ops/dropout.js";
import { flatten, type Params, trainableByPath } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { crossConsistency } from "../losses/crossConsistency.js";
import { supervised } from "../losses/supervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { forwardEach } from "./forward.js";
import { type Method, parts } from "./method.js";
import * as option from "./options.js";
import { elementDropout, featureDrop, featureNoise } from "./perturbations.js";
import { ssl4mis } from "./recipes.js";
import { owned, studentOf } from "./studentTeacher.js";

const options = z.strictObject({
  scale: option.supervisedScale(0.5),
  labels: z
    .enum(["each", "shared", "main"])
    .default("each")
    .describe(
      "decoders that learn from labels: each of the four by the whole loss, which is what the tested one gets in every compared method (the encoder that they share gets the losses of all four); all by a quarter, as released, which slows the tested one down; the main one alone, as in the original",
    ),
  weight: option.consistencyWeight(0.1),
  ramp: option.ramp(1),
  stopGradient: z
    .boolean()
    .default(true)
    .describe(
      "the main prediction is only a target, as in the original: otherwise the decoder that is tested is drawn towards what the others say of damaged maps",
    ),
  noise: option.featureNoise(0.3),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.3)
    .describe("share of the features that the second auxiliary decoder lacks"),
  drop: option.featureDrop(0.7, 0.9),
  passes: option.passes("separate"),
});

/** Three auxiliary decoders get perturbed encoder maps and learn to agree with the main decoder on unlabelled images; the main one is tested. */
export const cct: Method<z.infer<typeof options>> = {
  name: "cct",
  title: "Cross-consistency training (CCT)",
  cite: "Ouali et al., CVPR 2020, as in SSL4MIS (train_cross_consistency_training_2D.py)",
  tested: () => "the main decoder",
  options,
  protocols: {
    paper: { labels: "main", weight: 30, ramp: 0.1 }, // weight and ramp of its authors' configuration; their two parts of a batch have a pass each
    released: { labels: "shared", stopGradient: false, passes: "joint" },
  },
  short: { weight: 30 },
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true, schedule3D: "poly" }), // for volumes there is no script: that of images, brought over
  create(setup) {
    const { seed, steps } = setup;
    const { scale, labels, weight, ramp, stopGradient, noise, dropout, drop, passes } = setup.options;
    const student = studentOf(setup);
    const { encoder, decoder } = student.network;
    const perturbations = [featureNoise(noise), elementDropout(dropout), featureDrop(drop)];
    const decoders: Record<string, Params> = Object.fromEntries(
      perturbations.map((_, at) => [at + 1, decoder.init(stream(seed, "init", "decoders", at + 1))]),
    );
    const trained = { ...student.trained, ...trainableByPath(decoders, "decoders/") };
    const update = optimizer(trained, steps, setup.optimizer);

    /** Logits of the main decoder g and of the auxiliary ones g_k; both parts of a batch are perturbed alike. */
    const decodersAt = (step: number) => {
      const mode = student.mode(step);
      return (image: tf.Tensor) => {
        const maps = encoder.apply(student.params, image, mode); // h(x)
        const seeds = maskSeeds(seed, "perturbations", step);
        const perturbed = perturbations.map((perturb, at) =>
          decoder.apply(
            decoders[at + 1],
            maps.map((map) => perturb(map, seeds())),
            mode,
          ),
        );
        return [decoder.apply(student.params, maps, mode), ...perturbed].map(({ logits }) => logits);
      };
    };

    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step, label } = batch;
          const images = parts(batch.image, batch);
          const rampedWeight = rampUp(step, { max: weight, length: ramp * steps });
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const output = forwardEach(decodersAt(step), images.labeled, images.unlabeled, passes);
            const learning = labels === "main" ? output.labeled.slice(0, 1) : output.labeled;
            const learned = tf.addN<tf.Scalar>(learning.map((logits) => supervised(logits, label, { scale })));
            const labeled = labels === "shared" ? learned.div<tf.Scalar>(learning.length) : learned;
            const [main, ...others] = output.unlabeled;
            const agreement = crossConsistency(main, others, { stopGradient });
            return { loss: labeled.add(agreement.mul(rampedWeight)), supervised: labeled, consistency: agreement };
          });
          update.apply(gradients, step);
          return terms;
        }),
      predict: student.predict,
      ...owned(student, { variables: flatten(decoders, "decoders/") }, update),
    };
  },
};
