import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { pseudoSupervision } from "../losses/pseudoSupervision.js";
import { supervised } from "../losses/supervised.js";
import { drawNormalFilters } from "../networks/normalFilters.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { type BatchOutput, forward } from "./forward.js";
import { type Method, parts } from "./method.js";
import * as option from "./options.js";
import { ssl4mis } from "./recipes.js";
import { owned, studentOf } from "./studentTeacher.js";

const options = z.strictObject({
  scale: option.supervisedScale(0.5),
  weight: option.consistencyWeight(0.1),
  ramp: option.ramp(1),
  pseudo: z
    .enum(["unlabeled", "all"])
    .default("unlabeled")
    .describe("images on which the networks learn from each other's classes: unlabelled ones, or labelled ones too"),
  filters3D: z
    .enum(["alike", "normal"])
    .default("alike")
    .describe(
      "filters at the start, for volumes: both networks' drawn as for images, or from normal distributions, Kaiming's for the first and Xavier's for the second, as released",
    ),
  passes: option.passes("separate"),
});

/** Two networks with different initial weights learn from labels and, on unlabelled images, each from the other's pseudo labels; the first is tested. */
export const cps: Method<z.infer<typeof options>> = {
  name: "cps",
  title: "Cross pseudo supervision (CPS)",
  cite: "Chen et al., CVPR 2021, as in SSL4MIS (train_cross_pseudo_supervision_2D.py, …_3D.py)",
  tested: () => "the first of two networks",
  options,
  protocols: {
    paper: { weight: 1.5, ramp: 0, pseudo: "all", passes: "joint" }, // on Pascal VOC
    released: { filters3D: "normal", passes: "joint" },
  },
  short: { weight: 1 },
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true, schedule3D: "poly" }),
  create(setup) {
    const { seed, steps, imageSize, start } = setup;
    const { scale, weight, ramp, pseudo, filters3D, passes } = setup.options;
    const [first, second] = [studentOf(setup), studentOf(setup, "second")]; // f₁, f₂
    if (filters3D === "normal" && imageSize.length === 3) {
      if (!start) drawNormalFilters(first.params, stream(seed, "init", "kaiming"), "kaiming");
      drawNormalFilters(second.params, stream(seed, "init", "xavier"), "xavier");
    }
    const [one, other] = [first, second].map(({ trained }) => optimizer(trained, steps, setup.optimizer));
    const trained = [first, second].map((network) => Object.values(network.trained));

    /** Logits that are compared, labelled images first. */
    const compared = ({ labeled, unlabeled }: BatchOutput) =>
      pseudo === "all" ? tf.concat([labeled, unlabeled]) : unlabeled;

    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step, label } = batch;
          const images = parts(batch.image, batch);
          const rampedWeight = rampUp(step, { max: weight, length: ramp * steps });
          const { terms, gradients } = lossAndGradients(trained.flat(), () => {
            const outputs = [first, second].map((network) =>
              forward(network.at(step), images.labeled, images.unlabeled, passes),
            );
            const [mine, others] = outputs.map(({ labeled }) => supervised(labeled, label, { scale }));
            const labeled = mine.add<tf.Scalar>(others);
            const [z1, z2] = outputs.map(compared);
            const crossed = pseudoSupervision(z1, z2).add<tf.Scalar>(pseudoSupervision(z2, z1));
            return { loss: labeled.add(crossed.mul(rampedWeight)), supervised: labeled, pseudo: crossed };
          });
          one.apply(gradients.slice(0, trained[0].length), step);
          other.apply(gradients.slice(trained[0].length), step);
          return terms;
        }),
      predict: first.predict,
      ...owned(first, second, one, other),
    };
  },
};
