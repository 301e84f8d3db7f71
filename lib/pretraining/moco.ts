import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { infoNce } from "../losses/infoNce.js";
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

const options = z.strictObject({
  temperature: option.temperature(0.2).describe("divides the cosines of a query with its key and with the queue"),
  momentum: option.momentum(0.99),
  poolSize: option.capacity(1152),
  ...frameworkOptions({ hidden: 256, embedding: 128, smallest: 0.2 }),
});

const published = { momentum: 0.999, poolSize: 65_536, hidden: 2048 };
const source = { kind: "sgd", rate: per256(0.03), weightDecay: 1e-4 } as const;

/**
 * MoCo v2: of two views of an image, one gives the query (student) and one the key (teacher, a moving average); the query is to identify its key among the keys of
 * earlier images in a queue. Learns without labels.
 */
export const moco: Method<z.infer<typeof options>> = {
  name: "moco",
  title: "MoCo v2",
  cite: "Chen et al., arXiv 2003.04297 (2020), after He et al., CVPR 2020; constants as in lightly's benchmark",
  options,
  protocols: { paper: published, released: published },
  dimensions: [2],
  labeled: false,
  unlabeled: true,
  recipe: framework({ paper: source, released: source }),
  pretrains: ({ part }) => part,
  views: ({ smallest }) => ({ query: croppedView({ smallest }), key: croppedView({ smallest }) }),
  create(setup) {
    const { temperature, momentum, poolSize: capacity, embedding } = setup.options;
    const pair = momentumPair(setup, reluProjector(setup.options));
    const { student, teacher } = pair;
    const queue = queueOf(stream(setup.seed, "queue"), [capacity, embedding]);
    const update = optimizer(student.trained, setup.steps, setup.optimizer);

    return {
      async step({ step, views }) {
        const { keys, terms } = tf.tidy(() => {
          pair.follow(momentum);
          const keys = tf.tidy(() => teacher.project(teacher.at(step)(views.key.image)));
          const { terms, gradients } = lossAndGradients(Object.values(student.trained), () => {
            const queries = student.project(student.at(step)(views.query.image));
            return { loss: infoNce(queries, keys, queue.entries, { temperature }) };
          });
          update.apply(gradients, step);
          return { keys, terms };
        });
        await queue.push(keys);
        keys.dispose();
        return terms;
      },
      ...owned(pair, queue, update),
    };
  },
};
