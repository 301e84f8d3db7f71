import { lossAndGradients } from "../engine/gradients.js";
import { enqueue } from "../engine/ops/enqueue.js";
import { average } from "../engine/ops/update.js";
import { flatten } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import type { Images } from "../images/augment/photometric.js";
import { makeView, type ViewRecipe } from "../images/augment/views.js";
import { supervised } from "../losses/supervised.js";
import { type Batch, type Method, parts } from "../methods/method.js";
import { arcoPretraining } from "../methods/recipes.js";
import { owned, studentOf, teacherOf } from "../methods/studentTeacher.js";
import { optimizer } from "../optimizers/optimizer.js";
import { Problem } from "../problem.js";
import { againstPool, againstViews } from "./comparison.js";
import { embed, type Level, levelsOf } from "./levels.js";
import { type Mined, mineViews } from "./mined.js";
import { poolInit } from "./pool.js";
import {
  type RelationalOptions,
  relationalOptions,
  relationalProtocols,
  relationalVolumes,
} from "./relationalOptions.js";
import { relationalViews } from "./views.js";

/**
 * ARCO's first phase (section 3.1 of the paper): a student and its moving average, the teacher, see two views of a batch. The student learns from the labels,
 * and to give each image, and each of its windows, the same similarities to others as the teacher does. The second phase starts from the student.
 */
export const relational: Method<RelationalOptions> = {
  name: "relational",
  title: "Relational pre-training (ARCO phase 1)",
  cite: "You et al., NeurIPS 2023 (pretrain_2D.py, pretrain_3D.py), after ISD, Tejankar et al., ICCV 2021",
  options: relationalOptions,
  protocols: relationalProtocols,
  volumes: relationalVolumes,
  dimensions: [2, 3],
  labeled: true,
  unlabeled: "optional",
  recipe: arcoPretraining,
  pretrains: () => "network",
  views: ({ mined, ...options }): Record<string, ViewRecipe> => {
    const { student, teacher } = relationalViews(options);
    return mined === "queue" ? { student, teacher } : { student }; // mined views follow the batch's own in the teacher's
  },
  create(setup) {
    const { seed, options, imageSize, channels } = setup;
    const { headActivation, mined, poolSize: capacity, stopTeacherHeads, teacherMode, momentum, weights } = options;
    const comparison = {
      studentTemperature: options.tauS,
      teacherTemperature: options.tauT,
      klDirection: options.klDirection,
    };
    if (mined === "fresh" && options.localLayout === "released")
      throw new Problem(
        'relational pre-training: found options.localLayout "released" with options.mined "fresh", expected "queue": fresh views are compared window by window; change one of the two',
      );
    const student = studentOf(setup);
    const teacher = teacherOf(setup, student, { mode: teacherMode });
    const levels = levelsOf(setup, () =>
      student.network.apply(student.params, tf.zeros([1, ...imageSize, channels]), { training: false }),
    );
    const heads = byName(levels, ({ heads }) => heads);
    const pools = byName(mined === "queue" ? levels : [], ({ name, entry }) =>
      poolInit(stream(seed, `pool ${name}`), [capacity, ...entry]),
    );
    const trainedHeads = byName(levels, ({ heads: { teacher, ...own } }) =>
      stopTeacherHeads ? own : { teacher, ...own },
    );
    const trained = { ...student.trained, ...flatten(trainedHeads, "heads/") };
    const update = optimizer(trained, setup.steps, setup.optimizer);

    const follow = () => {
      const of = (whose: "student" | "teacher") => levels.map(({ heads }) => heads[whose]);
      teacher.follow(momentum);
      average(of("teacher"), of("student"), momentum);
    };

    const viewsFor = (batch: Batch, mining?: Mined) => {
      const { step, views, arrays, image } = batch;
      if (!mining) return [views.student.image, views.teacher.image];
      const images = pick({ values: arrays.image, shape: image.shape }, [
        ...Array(image.shape[0]).keys(),
        ...mining.sources,
      ]);
      const { steps } = relationalViews(options).teacher;
      return [views.student.image, toTensor(makeView(images, steps, { seed, step, view: "teacher" }))];
    };

    return {
      async step(batch) {
        const { step, image, label } = batch;
        const mining =
          mined === "fresh" ? mineViews(batch, options.minedViews, stream(seed, "relational mined", step)) : undefined;
        return tf.tidy(() => {
          const [studentView, teacherView] = viewsFor(batch, mining);
          if (options.deadForward) tf.tidy(() => void teacher.at(step, "dead")(teacherView));
          follow();
          const maps = tf.tidy(() => {
            const output = teacher.at(step)(teacherView);
            return levels.map((level) => level.maps(output));
          });
          const embedAsTeacher = ({ heads }: Level, at: number) => embed(maps[at], [heads.teacher], headActivation);
          const targets = levels.map(embedAsTeacher);
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const output = student.at(step)(studentView);
            const labeled = supervised(parts(output.logits, batch).labeled, label, { scale: options.supervisedScale });
            const relations = byName(levels, (level, at) => {
              const { name, heads, layout } = level;
              const queries = embed(level.maps(output), [heads.student, heads.predictor], headActivation);
              const target = stopTeacherHeads ? targets[at] : embedAsTeacher(level, at);
              return mining
                ? againstViews(queries, target, mining, comparison)
                : againstPool(queries, target, pools[name], layout, comparison);
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
      predict: student.predict,
      ...owned(
        student,
        teacher,
        {
          variables: { ...flatten(heads, "heads/"), ...flatten(pools, "pool/") },
        },
        update,
      ),
    };
  },
};

const byName = <T>(levels: readonly Level[], make: (level: Level, at: number) => T): Record<string, T> =>
  Object.fromEntries(levels.map((level, at) => [level.name, make(level, at)]));

const toTensor = ({ values, shape }: Images) => tf.tensor(values, [...shape]);

/** Some of the images, by number. */
function pick({ values, shape: [count, ...size] }: Images, numbers: readonly number[]): Images {
  const length = values.length / count;
  const picked = new Float32Array(numbers.length * length);
  for (const [at, number] of numbers.entries())
    picked.set(values.subarray(number * length, (number + 1) * length), at * length);
  return { values: picked, shape: [numbers.length, ...size] };
}
