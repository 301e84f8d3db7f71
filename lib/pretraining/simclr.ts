import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { batchNorm } from "../engine/ops/batchNorm.js";
import { batchSlice } from "../engine/ops/batchSlice.js";
import { flatten, trainableByPath } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { mlp, mlpInit } from "../heads/mlp.js";
import { cosineDistance } from "../losses/cosineDistance.js";
import { ntXent } from "../losses/ntXent.js";
import type { Method } from "../methods/method.js";
import * as option from "../methods/options.js";
import { framework, per256 } from "../methods/recipes.js";
import { owned } from "../methods/studentTeacher.js";
import { normInit } from "../networks/blocks.js";
import { optimizer } from "../optimizers/optimizer.js";
import { backboneOf } from "./backbone.js";
import { croppedView } from "./croppedView.js";
import { frameworkOptions } from "./frameworkOptions.js";

const options = z.strictObject({
  temperature: option.temperature(0.1).describe("divides the cosines of views"),
  negatives: z
    .boolean()
    .default(true)
    .describe("whether views of other images repel; without them only the two views of an image attract each other"),
  outputNorm: z
    .boolean()
    .default(false)
    .describe(
      "whether embeddings are batch-normalised as in the original; with 4 images a step its loss then rose above an untrained network's",
    ),
  ...frameworkOptions({ hidden: 256, embedding: 128, smallest: 0.08 }),
});

const published = { hidden: 2048, outputNorm: true };

/** SimCLR: every view of an image is to find the image's other view among all views of the batch. Both views of a batch are in one forward pass. */
export const simclr: Method<z.infer<typeof options>> = {
  name: "simclr",
  title: "SimCLR",
  cite: "Chen et al., ICML 2020; released: lightly's benchmark",
  options,
  protocols: { paper: published, released: published },
  dimensions: [2],
  labeled: false,
  unlabeled: true,
  recipe: framework({
    paper: { kind: "lars", rate: per256(0.3), weightDecay: 1e-6, warmUp: 10 },
    released: { kind: "lars", rate: (batch) => 0.075 * Math.sqrt(batch), weightDecay: 1e-6, warmUp: 10 },
  }),
  pretrains: ({ part }) => part,
  views: ({ smallest }) => ({ first: croppedView({ smallest }), second: croppedView({ smallest }) }),
  create(setup) {
    const { temperature, negatives, outputNorm, hidden, embedding } = setup.options;
    const student = backboneOf(setup);
    const projector = mlpInit(stream(setup.seed, "projector"), [student.width, hidden, embedding]);
    const norm = outputNorm ? normInit(embedding) : undefined;
    const heads = { projector, ...(norm && { norm }) };
    const project = (features: tf.Tensor) => {
      const rows = mlp(features, projector, { training: true });
      return norm ? batchNorm(rows, norm, { training: true }) : rows;
    };
    const trained = { ...student.trained, ...trainableByPath(heads, "heads/") };
    const update = optimizer(trained, setup.steps, setup.optimizer);

    return {
      step: async ({ step, image, views }) =>
        tf.tidy(() => {
          const images = image.shape[0];
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const rows = project(student.at(step)(tf.concat([views.first.image, views.second.image]))); // [2n, D]
            const [first, second] = [0, images].map((from) => batchSlice(rows, from, images));
            return { loss: negatives ? ntXent(first, second, { temperature }) : cosineDistance(first, second) };
          });
          update.apply(gradients, step);
          return terms;
        }),
      ...owned(student, update, { variables: flatten(heads, "heads/") }),
    };
  },
};
