import { lossAndGradients } from "../engine/gradients.js";
import { maskSeeds } from "../engine/ops/dropout.js";
import { average } from "../engine/ops/update.js";
import { disposeParams, flatten, type Params, trainableByPath } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import type { Images } from "../images/augment/photometric.js";
import { supervised } from "../losses/supervised.js";
import { type Method, networkOf, parts } from "../methods/method.js";
import { optimizer } from "../optimizers/optimizer.js";
import { Problem } from "../problem.js";
import { againstPool, againstViews } from "./comparison.js";
import { embed, type Level, levelsOf } from "./levels.js";
import { mineViews } from "./mined.js";
import { enqueue, poolInit } from "./pool.js";
import { type RelationalOptions, relationalOptions } from "./relationalOptions.js";
import { viewsOf } from "./views.js";

/**
 * ARCO's first phase (section 3.1 of the paper): a student and its moving average, the teacher, see two views of a batch. The student learns the labelled part,
 * and to find each image, and each window of it, as alike to others as the teacher does. The second phase starts from the student.
 */
export const relational: Method<RelationalOptions> = {
  name: "relational",
  title: "Relational pre-training (ARCO phase 1)",
  cite: "You et al., NeurIPS 2023 (pretrain_2D.py), after ISD, Tejankar et al., ICCV 2021",
  defaults: relationalOptions("lab"),
  optionsOf: relationalOptions,
  unlabeled: true,
  flat: true,
  pretrains: true,
  create(setup) {
    const { seed, options, imageSize, channels } = setup;
    const { headActivation, mined, poolSize, stopTeacherHeads, weights } = options;
    if (mined === "fresh" && options.localLayout === "released")
      throw new Problem(
        'relational pre-training: found options.localLayout "released" with options.mined "fresh", expected "queue": fresh views are compared window by window; change one of the two',
      );
    const network = networkOf(setup);
    const student = network.init(stream(seed, "init"));
    const teacher = network.init(stream(seed, "init"));
    const levels = levelsOf(setup, () =>
      network.apply(student, tf.zeros([1, ...imageSize, channels]), { training: false }),
    );
    const heads = byName(levels, ({ heads }) => heads);
    const pools = byName(mined === "queue" ? levels : [], ({ name, entry }) =>
      poolInit(stream(seed, `pool ${name}`), [poolSize, ...entry]),
    );
    const trainedHeads = byName(levels, ({ heads: { teacher, ...own } }) =>
      stopTeacherHeads ? own : { teacher, ...own },
    );
    const trained = { ...trainableByPath(student, "model/"), ...flatten(trainedHeads, "heads/") };
    const update = optimizer(trained, setup.steps, setup.optimizer);

    const lookAsTeacher = (image: tf.Tensor, ...pass: (string | number)[]) =>
      options.teacherMode === "train"
        ? network.apply(teacher, image, { training: true, masks: maskSeeds(seed, "teacher", ...pass) })
        : network.apply(teacher, image, { training: false });

    const follow = () => {
      const of = (whose: "student" | "teacher") => levels.map(({ heads }) => heads[whose]);
      average([teacher, ...of("teacher")], [student, ...of("student")], options.momentum);
      if (options.teacherMode === "eval") takeStatistics(teacher, student);
    };

    return {
      async step(batch) {
        const { step, image, label } = batch;
        const mining =
          mined === "fresh" ? mineViews(batch, options.minedViews, stream(seed, "relational mined", step)) : undefined;
        const images = { values: await image.data<"float32">(), shape: image.shape };
        const views = viewsOf(images, mining?.sources ?? [], { seed, step, ...options });
        return tf.tidy(() => {
          const [seen, seenByTeacher] = [views.student, views.teacher].map(toTensor);
          if (options.deadForward) tf.tidy(() => void lookAsTeacher(seenByTeacher, "dead", step));
          follow();
          const maps = tf.tidy(() => {
            const output = lookAsTeacher(seenByTeacher, step);
            return levels.map((level) => level.maps(output));
          });
          const embedAsTeacher = ({ heads }: Level, at: number) => embed(maps[at], [heads.teacher], headActivation);
          const targets = levels.map(embedAsTeacher);
          const masks = maskSeeds(seed, "student", step);
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const output = network.apply(student, seen, { training: true, masks });
            const labeled = supervised(parts(output.logits, batch).labeled, label, { scale: options.supervisedScale });
            const relations = byName(levels, (level, at) => {
              const { name, heads, layout } = level;
              const queries = embed(level.maps(output), [heads.student, heads.predictor], headActivation);
              const target = stopTeacherHeads ? targets[at] : embedAsTeacher(level, at);
              return mining
                ? againstViews(queries, target, mining, options)
                : againstPool(queries, target, pools[name], layout, options);
            });
            const loss = levels.reduce((sum, { name }) => sum.add(relations[name].mul(weights[name])), labeled);
            return { loss, supervised: labeled, ...relations };
          });
          update.apply(gradients, step);
          if (!mining)
            for (const [at, { name, layout }] of levels.entries())
              enqueue(pools[name], layout.stored(targets[at]), step * image.shape[0]);
          return terms;
        });
      },
      predict: (image) => tf.tidy(() => network.apply(student, image, { training: false }).logits),
      variables: {
        ...flatten(student, "model/"),
        ...flatten(teacher, "teacher/"),
        ...flatten(heads, "heads/"),
        ...flatten(pools, "pool/"),
        ...update.state,
      },
      dispose: () => {
        disposeParams([student, teacher, heads, pools]);
        update.dispose();
      },
    };
  },
};

const byName = <T>(levels: readonly Level[], make: (level: Level, at: number) => T): Record<string, T> =>
  Object.fromEntries(levels.map((level, at) => [level.name, make(level, at)]));

const toTensor = ({ values, shape }: Images) => tf.tensor(values, [...shape]);

/** Sets the running statistics of a network to those of another. */
function takeStatistics(target: Params, source: Params): void {
  const from = flatten(source);
  for (const [path, variable] of Object.entries(flatten(target))) if (!variable.trainable) variable.assign(from[path]);
}
