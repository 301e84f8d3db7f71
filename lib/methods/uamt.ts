import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { warmUpMomentum } from "../engine/ops/update.js";
import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";
import { certainConsistency, predictiveEntropy } from "../losses/certainConsistency.js";
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
  dice: option.later(
    z
      .enum(["all", "foreground"])
      .default("all")
      .describe(
        "classes over which the Dice on labels is averaged: all, or all but the background, as published for volumes",
      ),
  ),
  weight: option.consistencyWeight(0.1),
  ramp: option.ramp(1),
  stairs: option.stairs(200),
  momentum: option.momentum(0.99),
  noise: option.teacherNoise(0.1),
  samples: z
    .int()
    .min(2)
    .multipleOf(2)
    .default(8)
    .describe(
      "further predictions of the teacher for an image, each with noise and dropout of its own, whose mean has the entropy that is the uncertainty; an even number, for two share a pass, as released",
    )
    .meta({ symbol: "T" }),
  threshold: option
    .share(0.75)
    .describe(
      "share of the largest uncertainty below which a pixel counts at the start; it rises to 1 over the training",
    ),
  classes: z
    .enum(["binary", "C"])
    .default("binary")
    .describe(
      "the largest uncertainty and the divisor of the loss: ln 2 and 2 for any number of classes, as released, or ln C and C for C of them; they are the same where there are two",
    ),
  passes: option.passes("separate"),
});

/** A mean teacher whose student follows it only where several stochastic predictions of the teacher agree, so that their mean has a low entropy; the student is tested. */
export const uamt: Method<z.infer<typeof options>> = {
  name: "uamt",
  title: "Uncertainty-aware mean teacher (UA-MT)",
  cite: "Yu et al., MICCAI 2019 (train_LA_meanteacher_certainty_unlabel.py), on slices as in SSL4MIS (train_uncertainty_aware_mean_teacher_2D.py)",
  tested: () => "the student",
  options,
  protocols: { paper: { classes: "C", passes: "joint" }, released: { passes: "joint" } },
  volumes: (protocol) => ({ stairs: 40, ...(protocol !== "lab" && { dice: "foreground" }) }),
  short: { weight: 1 },
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true }),
  create(setup) {
    const { steps } = setup;
    const { scale, weight, ramp, stairs, momentum, noise, samples, threshold: least, passes } = setup.options;
    const classes = setup.options.classes === "C" ? setup.classes : 2;
    const student = studentOf(setup);
    const teacher = teacherOf(setup, student);
    const logitsOf = noisyLogits(teacher, noise);
    const update = optimizer(student.trained, steps, setup.optimizer);

    /** Entropy of p̄, the mean of the further predictions, for every pixel of some images. */
    const uncertaintyOf = (image: tf.Tensor, step: number) =>
      tf.tidy(() => {
        const twice = tf.concat([image, image]);
        const sums = Array.from({ length: samples / 2 }, (_, pass) =>
          tf.tidy(() => {
            const both = tf.softmax(asRows(logitsOf(twice, step, "uncertainty", pass)));
            return both.reshape([2, -1, setup.classes]).sum(0);
          }),
        );
        return predictiveEntropy(tf.addN(sums).div(samples));
      });
    /** Below which entropy a pixel counts at a step. */
    const thresholdAt = (step: number) =>
      (least + rampUp(step, { max: 1 - least, length: steps, stairs: steps })) * Math.log(classes);

    return {
      step: async (batch) =>
        tf.tidy(() => {
          const { step, label } = batch;
          const images = parts(batch.image, batch);
          const target = logitsOf(images.unlabeled, step);
          const uncertainty = uncertaintyOf(images.unlabeled, step); // U
          const threshold = thresholdAt(step);
          const rampedWeight = rampUp(step, { max: weight, length: ramp * steps, stairs });
          const { terms, gradients } = lossAndGradients(Object.values(student.trained), () => {
            const output = forward(student.at(step), images.labeled, images.unlabeled, passes);
            const labeled = supervised(output.labeled, label, { scale, dice: { over: setup.options.dice } });
            const agreement = certainConsistency(output.unlabeled, target, uncertainty, { threshold, classes });
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
