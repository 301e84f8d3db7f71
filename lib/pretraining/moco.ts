import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { average } from "../engine/ops/update.js";
import { flatten } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { pooled } from "../heads/pooled.js";
import { project, projector } from "../heads/projection.js";
import { infoNce } from "../losses/infoNce.js";
import type { Method } from "../methods/method.js";
import * as option from "../methods/options.js";
import { framework } from "../methods/recipes.js";
import { encoderStudentOf, owned, teacherOf } from "../methods/studentTeacher.js";
import { optimizer } from "../optimizers/optimizer.js";
import { croppedView } from "./croppedView.js";
import { queueOf } from "./pool.js";

const options = z.strictObject({
  temperature: option.temperature(0.2).describe("divides the cosines of a query with its key and with the queue"),
  momentum: option.momentum(0.99),
  poolSize: option.capacity(1152),
  hidden: option.width(256).describe("width of the layer within the head"),
  embedding: option.width(128).describe("length of an embedding"),
  smallest: option.share(0.2).describe("least share of the image that a view shows"),
});

const published = { momentum: 0.999, poolSize: 65_536, hidden: 2048 };

/**
 * MoCo v2: of two views of an image, one gives the query (student) and one the key (teacher, a moving average); the query is to identify its key among the keys of
 * earlier images in a queue. Trains the encoder alone, on its globally pooled coarsest map, without labels.
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
  recipe: framework,
  pretrains: "encoder",
  views: ({ smallest }) => ({ query: croppedView({ smallest }), key: croppedView({ smallest }) }),
  create(setup) {
    const { temperature, momentum, poolSize: capacity, hidden, embedding } = setup.options;
    const student = encoderStudentOf(setup);
    const teacher = teacherOf(setup, student);
    const inputs = student.network.widths[student.network.widths.length - 1];
    const headOf = () => projector(stream(setup.seed, "projector"), inputs, hidden, embedding);
    const heads = { student: headOf(), teacher: headOf() }; // which begin alike
    const embed = (pyramid: readonly tf.Tensor[], whose: keyof typeof heads) =>
      project(pooled(pyramid), heads[whose], { activation: "relu" });
    const queue = queueOf(stream(setup.seed, "queue"), [capacity, embedding]);
    const trained = { ...student.trained, ...flatten({ student: heads.student }, "heads/") };
    const update = optimizer(trained, setup.steps, setup.optimizer);

    return {
      async step({ step, views }) {
        const { keys, terms } = tf.tidy(() => {
          teacher.follow(momentum);
          average(heads.teacher, heads.student, momentum);
          const keys = tf.tidy(() => embed(teacher.at(step)(views.key.image), "teacher"));
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const queries = embed(student.at(step)(views.query.image), "student");
            return { loss: infoNce(queries, keys, queue.entries, { temperature }) };
          });
          update.apply(gradients, step);
          return { keys, terms };
        });
        await queue.push(keys);
        keys.dispose();
        return terms;
      },
      ...owned(student, teacher, queue, update, { variables: flatten(heads, "heads/") }),
    };
  },
};
