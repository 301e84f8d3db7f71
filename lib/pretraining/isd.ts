import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import type { ViewRecipe } from "../images/augment/views.js";
import { relational } from "../losses/relational.js";
import type { Method } from "../methods/method.js";
import * as option from "../methods/options.js";
import { framework, per256 } from "../methods/recipes.js";
import { owned } from "../methods/studentTeacher.js";
import { optimizer } from "../optimizers/optimizer.js";
import { croppedView } from "./croppedView.js";
import { frameworkOptions } from "./frameworkOptions.js";
import { momentumPair } from "./momentumPair.js";
import { queueOf } from "./pool.js";
import { normedProjector, predictorOf } from "./projectors.js";

const options = z.strictObject({
  tauS: option.temperature(0.1).describe("temperature of the student").meta({ symbol: "τ_s" }),
  tauT: option.temperature(0.01).describe("temperature of the teacher").meta({ symbol: "τ_t" }),
  momentum: option.momentum(0.99),
  poolSize: option.capacity(1152),
  predictor: z.boolean().default(true).describe("whether the student has a predictor behind its projector"),
  keyView: option.later(
    z
      .enum(["strong", "weak"])
      .default("strong")
      .describe("the teacher's view: changed as much as the student's, or cropped and mirrored alone, as published"),
  ),
  ...frameworkOptions({ hidden: 512, embedding: 64, smallest: 0.2 }),
});

/** A view without its changes of brightness, contrast and sharpness. */
const weaker = ({ of, steps }: ViewRecipe): ViewRecipe => ({
  of,
  steps: steps.filter(({ change }) => change !== "photometric"),
});

const published = { poolSize: 128_000, hidden: 4096, embedding: 512, keyView: "weak" };
const source = { kind: "sgd", rate: per256(0.05), weightDecay: 1e-4 } as const;

/**
 * ISD: the student gives its view of an image the same similarities to a queue of earlier images as the teacher, a moving average, gives its own view; no image is
 * a negative. The variant with projectors (`train_isd_plus.py`), whose hidden layers are twice, and embeddings a quarter, as wide as the features.
 */
export const isd: Method<z.infer<typeof options>> = {
  name: "isd",
  title: "ISD",
  cite: "Tejankar et al., ICCV 2021 (train_isd_plus.py)",
  options,
  protocols: { paper: published, released: published },
  dimensions: [2],
  labeled: false,
  unlabeled: true,
  recipe: framework({ paper: source, released: source }),
  pretrains: ({ part }) => part,
  views({ smallest, keyView }) {
    const strong = croppedView({ smallest });
    return { query: strong, key: keyView === "weak" ? weaker(strong) : strong };
  },
  create(setup) {
    const { tauS, tauT, momentum, poolSize: capacity, embedding } = setup.options;
    const temperatures = { studentTemperature: tauS, teacherTemperature: tauT };
    const pair = momentumPair(setup, normedProjector(setup.options));
    const { student, teacher } = pair;
    const predictor = predictorOf(setup);
    const queue = queueOf(stream(setup.seed, "queue"), [capacity, embedding]);
    const trained = { ...student.trained, ...predictor.trained };
    const update = optimizer(trained, setup.steps, setup.optimizer);

    return {
      async step({ step, views }) {
        const { keys, terms } = tf.tidy(() => {
          pair.follow(momentum);
          const keys = tf.tidy(() => teacher.project(teacher.at(step)(views.key.image)));
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const queries = predictor.predict(student.project(student.at(step)(views.query.image)));
            const [q, k, entries] = [queries, keys, queue.entries].map((rows) => rows.expandDims()); // one group
            return { loss: relational(q, k, entries, temperatures) };
          });
          update.apply(gradients, step);
          return { keys, terms };
        });
        await queue.push(keys);
        keys.dispose();
        return terms;
      },
      ...owned(pair, predictor, queue, update),
    };
  },
};
