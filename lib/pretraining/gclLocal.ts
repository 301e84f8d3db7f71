import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { flatten, trainable } from "../engine/params.js";
import { stream } from "../engine/random.js";
import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";
import { mlp, mlpInit } from "../heads/mlp.js";
import type { ViewRecipe } from "../images/augment/views.js";
import { pairContrast } from "../losses/pairContrast.js";
import type { Method } from "../methods/method.js";
import * as option from "../methods/options.js";
import { gclLocalStage } from "../methods/recipes.js";
import { owned, studentOf } from "../methods/studentTeacher.js";
import { optimizer } from "../optimizers/optimizer.js";
import { regionPairs, regionsOf } from "./regions.js";

const options = z.strictObject({
  temperature: option.temperature(0.1).describe("divides the cosines of regions"),
  blocks: z
    .int()
    .min(1)
    .max(4)
    .default(3)
    .describe("blocks of the decoder that are trained, from the coarsest on")
    .meta({ symbol: "l" }),
});

/** Only intensities are augmented, so that regions keep their positions. */
const view: ViewRecipe = {
  of: "all",
  steps: [{ change: "photometric", jitterProbability: 1, brightness: 0.3, contrast: 0.3, blurProbability: 0 }],
};

/**
 * Second stage of GCL: on the map of the decoder's first blocks a region and the same region of another augmentation of the slice are positives, its
 * neighbouring regions negatives. The encoder of the first stage is frozen; labels are not used. Of volumes regions are 3×3×3, on a lattice with a third axis
 * (our choice: no code for volumes was released).
 */
export const gclLocal: Method<z.infer<typeof options>> = {
  name: "gclLocal",
  title: "GCL, local stage",
  cite: "Chaitanya et al., NeurIPS 2020 (domain_specific_cl)",
  options,
  dimensions: [2, 3],
  labeled: false,
  unlabeled: true,
  recipe: gclLocalStage,
  pretraining: "gclGlobal",
  pretrains: () => "decoder",
  views: () => ({ first: view, second: view }),
  create(setup) {
    const { temperature, blocks } = setup.options;
    const student = studentOf(setup);
    const { encoder, decoder } = student.network;
    const own = new Set(decoder.steps(student.params).slice(0, blocks).flatMap(trainable));
    const channels = encoder.widths[encoder.widths.length - 1 - blocks]; // a step of the decoder has those of the encoder's map beside it
    const head = mlpInit(stream(setup.seed, "projector"), [channels, channels, channels]);
    const heads = flatten(head, "heads/");
    const trained = Object.fromEntries(
      [...Object.entries(student.trained).filter(([, variable]) => own.has(variable)), ...Object.entries(heads)].filter(
        ([, { trainable }]) => trainable,
      ),
    );
    const update = optimizer(trained, setup.steps, setup.optimizer);

    return {
      step: async ({ step, views }) =>
        tf.tidy(() => {
          const images = [views.first.image, views.second.image];
          const pyramids = images.map((image) => encoder.apply(student.params, image, { training: false })); // a fixed one: running statistics, nothing dropped
          const pairs = regionPairs(setup.imageSize.length);
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const regions = pyramids.map((pyramid, at) => {
              const map = decoder.after(blocks, student.params, pyramid, student.mode(step, at));
              return regionsOf(mlp(asRows(map), head, { training: true }).reshape(map.shape));
            });
            return { loss: pairContrast(tf.concat(regions, 1), pairs, { temperature }) };
          });
          update.apply(gradients, step);
          return terms;
        }),
      ...owned(student, update, { variables: heads }),
    };
  },
};
