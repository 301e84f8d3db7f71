import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { infoNce } from "../losses/infoNce.js";
import { nearestIn, neighborContrast } from "../losses/neighborContrast.js";
import type { Method } from "../methods/method.js";
import * as option from "../methods/options.js";
import { framework, per256 } from "../methods/recipes.js";
import { owned } from "../methods/studentTeacher.js";
import { optimizer } from "../optimizers/optimizer.js";
import { croppedView } from "./croppedView.js";
import { frameworkOptions } from "./frameworkOptions.js";
import { momentumPair } from "./momentumPair.js";
import { queueOf } from "./pool.js";
import { reluProjector } from "./projectors.js";

const options = z
  .strictObject({
    temperature: option.temperature(0.2).describe("divides the cosines of a query with its key and with the queue"),
    momentum: option.momentum(0.99),
    poolSize: option.capacity(1152),
    neighbors: z
      .int()
      .min(1)
      .default(5)
      .describe(
        "entries of the queue that count as positives: those whose features, in front of the head, are nearest",
      ),
    weight: option.weight(0.4).describe("of the loss on these neighbours"),
    ...frameworkOptions({ hidden: 256, embedding: 128, smallest: 0.2 }),
  })
  .superRefine(({ neighbors, poolSize }, { addIssue }) => {
    const message = `found ${neighbors}, expected at most ${poolSize}, the entries of the queue (poolSize)`;
    if (neighbors > poolSize) addIssue({ code: "custom", path: ["neighbors"], message });
  });

const published = { momentum: 0.995, poolSize: 65_536, hidden: 2048, neighbors: 20 };
const source = { kind: "sgd", rate: per256(0.3), weightDecay: 1e-4 } as const;

/**
 * kNN-MoCo: MoCo v2, and a query is also drawn to the entries of the queue that are nearest to it in feature space. With two crops, without the small crops and the learned
 * augmentations of the original; its code looks for neighbours in a queue that the batch has already entered, which shifts some of them, this one in the queue before.
 */
export const knnMoco: Method<z.infer<typeof options>> = {
  name: "knnMoco",
  title: "kNN-MoCo",
  cite: "Van Gansbeke et al., NeurIPS 2021 (Revisiting-Contrastive-SSL)",
  options,
  protocols: { paper: published, released: published },
  dimensions: [2],
  labeled: false,
  unlabeled: true,
  recipe: framework({ paper: source, released: source }),
  pretrains: ({ part }) => part,
  views: ({ smallest }) => ({ query: croppedView({ smallest }), key: croppedView({ smallest }) }),
  create(setup) {
    const { temperature, momentum, poolSize: capacity, neighbors, weight, embedding } = setup.options;
    const pair = momentumPair(setup, reluProjector(setup.options));
    const { student, teacher } = pair;
    const queue = queueOf(stream(setup.seed, "queue"), [capacity, embedding]);
    const features = queueOf(stream(setup.seed, "features"), [capacity, pair.width], "features"); // of the same images
    const update = optimizer(student.trained, setup.steps, setup.optimizer);

    return {
      async step({ step, views }) {
        const { seen, keys, terms } = tf.tidy(() => {
          pair.follow(momentum);
          const { seen, keys } = tf.tidy(() => {
            const seen = teacher.at(step)(views.key.image);
            return { seen, keys: teacher.project(seen) };
          });
          const { terms, gradients } = lossAndGradients(Object.values(student.trained), () => {
            const own = student.at(step)(views.query.image);
            const queries = student.project(own);
            const instance = infoNce(queries, keys, queue.entries, { temperature });
            const nearest = nearestIn(own, features.entries, neighbors);
            const neighborhood = neighborContrast(queries, queue.entries, nearest, { temperature });
            return { loss: instance.add(neighborhood.mul(weight)), instance, neighborhood };
          });
          update.apply(gradients, step);
          return { seen, keys, terms };
        });
        await features.push(seen);
        await queue.push(keys);
        tf.dispose([seen, keys]);
        return terms;
      },
      ...owned(pair, queue, features, update),
    };
  },
};
