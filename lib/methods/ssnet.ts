import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { maskSeeds } from "../engine/ops/dropout.js";
import { softmax } from "../engine/ops/softmax.js";
import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";
import { adversarialDirection } from "../losses/adversarial.js";
import { softDice } from "../losses/softDice.js";
import { supervised } from "../losses/supervised.js";
import type { Mode } from "../networks/network.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { type BatchOutput, forward } from "./forward.js";
import { type Batch, type Method, parts } from "./method.js";
import * as option from "./options.js";
import { ssl4mis } from "./recipes.js";
import { pixelsByClass, separationTerm } from "./ssnet/separation.js";
import { owned, studentOf } from "./studentTeacher.js";

const options = z.strictObject({
  supervised: option.supervisedLoss(),
  scale: option.supervisedScale(0.5),
  weight: option.consistencyWeight(0.1),
  ramp: option.ramp(1),
  stairs: option.stairs(200),
  magnitude: z.number().positive().default(6).describe("length of an image's adversarial step").meta({ symbol: "ε" }),
  probe: z
    .number()
    .positive()
    .default(10)
    .describe("length of the random step at whose end the adversarial direction is found")
    .meta({ symbol: "ξ" }),
  dice: z
    .enum(["squared", "plain"])
    .default("squared")
    .describe(
      "Dice of the smoothness (and on labels, where it stands alone): of each class with squares, or plain sums over all classes",
    ),
  separation: option.weight(0.1).describe("of the class separation within the consistency"),
  memory: z.int().min(2).default(32).describe("vectors kept of each class"),
  memoryWeights: z
    .enum(["learned", "one"])
    .default("learned")
    .describe(
      "weights of the kept vectors: from a selector as those of the pixels, or all 1, for the released ones are divided by themselves",
    ),
  target: z
    .enum(["untracked", "tracked"])
    .default("untracked")
    .describe(
      "whether the pass without gradients that gives the target of the smoothness moves the running statistics, as released",
    ),
  passes: option.passes("separate"),
});

const published = { supervised: "dice", scale: 1, passes: "joint" } as const;

/**
 * Pixel-level smoothness: predictions are kept under the worst-case small perturbation of the image (virtual adversarial training). And inter-class separation:
 * features are pulled towards a memory of their class.
 */
export const ssnet: Method<z.infer<typeof options>> = {
  name: "ssnet",
  title: "SS-Net",
  cite: "Wu et al., MICCAI 2022 (train_ss_2d.py, train_ss_3d.py)",
  tested: () => "the network",
  options,
  protocols: { paper: published, released: { ...published, memoryWeights: "one", target: "tracked" } },
  volumes: { weight: 1, ramp: 0.4, stairs: 40, magnitude: 10, dice: "plain" },
  short: { weight: 1 },
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true, steps3D: 15_000, schedule: "constant" }),
  create(setup) {
    const { seed, steps, classes } = setup;
    const { scale, weight, ramp, stairs, magnitude, probe, passes, ...chosen } = setup.options;
    const form = chosen.dice;
    const student = studentOf(setup);
    const { widths } = student.network.decoder;
    const separate = separationTerm({
      seed,
      classes,
      channels: widths[widths.length - 1],
      capacity: chosen.memory,
      memoryWeights: chosen.memoryWeights,
    });
    const trained = { ...student.trained, ...separate.trained };
    const update = optimizer(trained, steps, setup.optimizer);

    /** F: the network on a batch's images, or on others of that form. */
    const networkOn = (batch: Batch, mode: Mode) => (image: tf.Tensor) => {
      const { labeled, unlabeled } = parts(image, batch);
      const seen = (part: tf.Tensor) => {
        const output = student.network.apply(student.params, part, mode);
        return { ...output, features: [output.last] }; // of a V-Net behind its dropout
      };
      return forward(seen, labeled, unlabeled, passes);
    };

    /** The unperturbed prediction, with the dropout masks of the step's own pass: target of the smoothness, and which pixels are of which class. */
    const targetPass = (batch: Batch) =>
      tf.tidy(() => {
        const track = chosen.target === "tracked";
        const output = networkOn(batch, { ...student.mode(batch.step), track })(batch.image);
        const target = probabilities(output); // p
        return { target, classes: target.argMax(-1).cast("int32"), features: featuresOf(output, batch).labeled };
      });

    return {
      async step(batch) {
        const { step, label, image } = batch;
        const targets = targetPass(batch);
        const truth = batch.arrays.label;
        const predicted = await targets.classes.data<"int32">();
        const correct = pixelsByClass(truth, classes, (pixel) => predicted[pixel] === truth[pixel]);
        const pixels = {
          labeled: pixelsByClass(truth, classes),
          unlabeled: pixelsByClass(predicted.subarray(truth.length), classes),
        };
        const counts = await separate.refill(targets.features, correct);
        const rampedWeight = rampUp(step, { max: weight, length: ramp * steps, stairs });
        const terms = tf.tidy(() => {
          const divergence = (pass: string) => {
            const apply = networkOn(batch, { ...student.mode(step, pass), track: false });
            return (moved: tf.Tensor) => softDice(probabilities(apply(moved)), targets.target, { form });
          };
          const random = maskSeeds(seed, "adversarial", step)();
          const direction = adversarialDirection(image, divergence("direction"), { probe, seed: random });
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const output = networkOn(batch, student.mode(step))(image);
            const features = featuresOf(output, batch);
            const labeled = supervised(output.labeled, label, {
              scale,
              of: chosen.supervised,
              dice: chosen.supervised === "dice" ? { form, epsilon: 1e-8 } : undefined,
            });
            const smoothness = divergence("adversarial")(image.add(direction.mul(magnitude))); // L_lds
            const separated = separate
              .loss(features.labeled, pixels.labeled, counts)
              .add<tf.Scalar>(separate.loss(features.unlabeled, pixels.unlabeled, counts));
            const unsupervised = smoothness.add(separated.mul(chosen.separation));
            return {
              loss: labeled.add(unsupervised.mul(rampedWeight)),
              supervised: labeled,
              smoothness,
              separation: separated,
            };
          });
          update.apply(gradients, step);
          return terms;
        });
        tf.dispose(targets);
        return terms;
      },
      predict: student.predict,
      ...owned(student, separate, update),
    };
  },
};

/** Probabilities [images, …size, classes] of all images of a batch. */
const probabilities = ({ labeled, unlabeled }: BatchOutput): tf.Tensor => softmax(tf.concat([labeled, unlabeled]));

/** What the network makes its logits of, of both parts, as rows. */
function featuresOf({ maps }: BatchOutput, batch: Batch): { labeled: tf.Tensor; unlabeled: tf.Tensor } {
  const [first, second] = maps.map(({ features: [last] }) => last);
  const { labeled, unlabeled } = second ? { labeled: first, unlabeled: second } : parts(first, batch);
  return { labeled: asRows(labeled), unlabeled: asRows(unlabeled) };
}
