import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { flatten, trainableByPath } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { expander, expanderInit } from "../heads/expander.js";
import { vicregLoss } from "../losses/vicreg.js";
import type { Method } from "../methods/method.js";
import * as option from "../methods/options.js";
import { framework, per256 } from "../methods/recipes.js";
import { owned } from "../methods/studentTeacher.js";
import { optimizer } from "../optimizers/optimizer.js";
import { backboneOf } from "./backbone.js";
import { croppedView } from "./croppedView.js";
import { frameworkOptions } from "./frameworkOptions.js";

const options = z.strictObject({
  weights: z
    .strictObject({
      invariance: option.weight(25).describe("of the distance between the views of an image").meta({ symbol: "λ" }),
      variance: option
        .weight(25)
        .describe("of the lack of variance over the images; without it all embeddings become one")
        .meta({ symbol: "μ" }),
      covariance: option.weight(1).describe("of the covariance between dimensions").meta({ symbol: "ν" }),
    })
    .prefault({}),
  ...frameworkOptions({ hidden: 512, embedding: 512, smallest: 0.08 }),
});

const published = { hidden: 8192, embedding: 8192 };
const source = { kind: "lars", rate: per256(0.2), weightDecay: 1e-6, warmUp: 10 } as const;

/** VICReg: the embeddings of the two views of an image are to agree, while each dimension varies over the images, without covariance between the dimensions. */
export const vicreg: Method<z.infer<typeof options>> = {
  name: "vicreg",
  title: "VICReg",
  cite: "Bardes et al., ICLR 2022 (main_vicreg.py)",
  options,
  protocols: { paper: published, released: published },
  dimensions: [2],
  labeled: false,
  unlabeled: true,
  recipe: framework({ paper: source, released: source }),
  pretrains: ({ part }) => part,
  views: ({ smallest }) => ({ first: croppedView({ smallest }), second: croppedView({ smallest }) }),
  create(setup) {
    const { weights, hidden, embedding } = setup.options;
    const student = backboneOf(setup);
    const head = expanderInit(stream(setup.seed, "expander"), [student.width, hidden, embedding]);
    const trained = { ...student.trained, ...trainableByPath({ expander: head }, "heads/") };
    const update = optimizer(trained, setup.steps, setup.optimizer);

    return {
      step: async ({ step, views }) =>
        tf.tidy(() => {
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const [first, second] = [views.first, views.second].map(({ image }, view) =>
              expander(student.at(step, view)(image), head, { training: true }),
            );
            return vicregLoss(first, second, weights);
          });
          update.apply(gradients, step);
          return terms;
        }),
      ...owned(student, update, { variables: flatten({ expander: head }, "heads/") }),
    };
  },
};
