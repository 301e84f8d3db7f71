import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { maskSeeds } from "../engine/ops/dropout.js";
import { flatten, trainableByPath } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { auxiliaryOutput, auxiliaryOutputInit } from "../heads/auxiliaryOutput.js";
import { pyramidConsistency } from "../losses/pyramidConsistency.js";
import { supervised } from "../losses/supervised.js";
import type { Conv } from "../networks/blocks.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { Problem } from "../problem.js";
import { forwardEach } from "./forward.js";
import { type Method, parts } from "./method.js";
import * as option from "./options.js";
import { channelDropout, featureDrop, featureNoise } from "./perturbations.js";
import { ssl4mis } from "./recipes.js";
import { owned, studentOf } from "./studentTeacher.js";

const options = z.strictObject({
  scale: option.supervisedScale(0.5),
  labels: z
    .enum(["each", "shared"])
    .default("each")
    .describe(
      "how the outputs, four of a U-Net, learn from labels: each by the whole loss, which is what the tested one gets in every compared method (what they share gets the losses of all), or each by an equal share of it, as published and released",
    ),
  weight: option.consistencyWeight(0.1),
  ramp: option.ramp(1),
  uncertainty: z
    .enum(["fromMean", "toMean"])
    .default("fromMean")
    .describe(
      "divergence of an output p from the mean p̄ of the four: KL(p̄ ‖ p), as released, or KL(p ‖ p̄), as in the paper",
    )
    .meta({ symbol: "D_s" }),
  perturbations: z
    .enum(["each", "dropout"])
    .default("each")
    .describe(
      "of the coarser maps, of a U-Net those at ⅛, ¼ and ½ of the size: channel dropout, F-Drop and F-Noise, as released for images when it was published; or channel dropout alone, ever less, as released for volumes, where the decoder itself goes on with what is left",
    ),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe(
      "share of the channels that the coarsest auxiliary output lacks; with dropout alone the next ones lack 0.6 and 0.4 of that",
    ),
  drop: option.featureDrop(0.7, 0.9),
  noise: option.featureNoise(0.3),
  upsampling: z
    .enum(["nearest", "linear"])
    .default("nearest")
    .describe("of the coarser outputs to the size of the image"),
  passes: option.passes("separate"),
});

/** Of a decoder's steps, coarse to fine, those with an auxiliary output: the three before the last, of DeepLabv3+ the one. */
const coarser = <Level>(levels: readonly Level[]): readonly Level[] => levels.slice(-4, -1);

const channelsOf = ({ shape }: tf.Tensor): number => shape[shape.length - 1];

/**
 * The decoder's coarser maps give auxiliary outputs, and all outputs of a pixel learn to agree on unlabelled images: with their mean, the less where they are far from it,
 * while that uncertainty itself is minimised. The finest output is tested.
 */
export const urpc: Method<z.infer<typeof options>> = {
  name: "urpc",
  title: "Uncertainty rectified pyramid consistency (URPC)",
  cite: "Luo et al., MICCAI 2021 (train_uncertainty_rectified_pyramid_consistency_2D.py, …_3D.py)",
  tested: () => "the finest output",
  options,
  protocols: {
    paper: { labels: "shared", uncertainty: "toMean", passes: "joint" },
    released: { labels: "shared", passes: "joint" },
  },
  volumes: { perturbations: "dropout", upsampling: "linear" },
  photographs: { upsampling: "linear" }, // their sides need not be multiples of the map's
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true, schedule3D: "poly" }),
  create(setup) {
    const { seed, steps, classes, imageSize } = setup;
    const { scale, labels, weight, ramp, uncertainty, dropout, drop, noise, upsampling, passes } = setup.options;
    const student = studentOf(setup);
    const perturbations =
      setup.options.perturbations === "each"
        ? [channelDropout(dropout), featureDrop(drop), featureNoise(noise)] // single values are dropped since SSL4MIS's 9c2d468, after its publication
        : [1, 0.6, 0.4].map((share) => channelDropout(share * dropout));
    const widths = tf.tidy(() => {
      const blank = tf.zeros([1, ...imageSize, setup.channels]);
      return coarser(student.network.apply(student.params, blank, { training: false }).steps).map(channelsOf);
    });
    if (widths.length === 0)
      throw new Problem(
        `network: found "${setup.network}", whose decoder has one step, expected one with a coarser map before the last`,
      );
    const outputs: Record<string, Conv> = Object.fromEntries(
      widths.map((width, at) => [
        at + 1,
        auxiliaryOutputInit(stream(seed, "init", "outputs", at + 1), imageSize.length, width, classes),
      ]),
    );
    const share = labels === "shared" ? scale / (widths.length + 1) : scale;
    const trained = { ...student.trained, ...trainableByPath(outputs, "outputs/") };
    const update = optimizer(trained, steps, setup.optimizer);

    /** Logits of the network and of the auxiliary outputs; both parts of a batch are perturbed alike. */
    const outputsAt = (step: number) => {
      const apply = student.at(step);
      return (image: tf.Tensor) => {
        const { logits, steps: maps } = apply(image);
        const seeds = maskSeeds(seed, "perturbations", step);
        const size = image.shape.slice(1, -1);
        const auxiliary = coarser(maps).map((map, at) =>
          auxiliaryOutput(perturbations[at](map, seeds()), outputs[at + 1], { size, upsampling }),
        );
        return [logits, ...auxiliary];
      };
    };

    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step, label } = batch;
          const images = parts(batch.image, batch);
          const rampedWeight = rampUp(step, { max: weight, length: ramp * steps });
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const output = forwardEach(outputsAt(step), images.labeled, images.unlabeled, passes);
            const learned = output.labeled.map((logits) => supervised(logits, label, { scale: share }));
            const [labeled, auxiliary] = [learned[0], tf.addN<tf.Scalar>(learned.slice(1))];
            const agreement = pyramidConsistency(output.unlabeled, { uncertainty });
            return {
              loss: labeled.add<tf.Scalar>(auxiliary).add(agreement.mul(rampedWeight)),
              supervised: labeled,
              auxiliary,
              consistency: agreement,
            };
          });
          update.apply(gradients, step);
          return terms;
        }),
      predict: student.predict,
      ...owned(student, { variables: flatten(outputs, "outputs/") }, update),
    };
  },
};
