import { lossAndGradients } from "../engine/gradients.js";
import { warmUpMomentum } from "../engine/ops/update.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import type { ViewStep } from "../images/augment/views.js";
import { type RecoDraws, recoDraws, reco as recoLoss, recoSelection } from "../losses/reco.js";
import { supervised } from "../losses/supervised.js";
import { unsupervised } from "../losses/unsupervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import { gridGroups } from "../samplers/groups.js";
import { samplers } from "../samplers/index.js";
import { type Batch, type Method, parts, type Setup } from "./method.js";
import { availableIn, type PseudoLabeled, pseudoLabeled } from "./pseudoLabels.js";
import { reco as recipe } from "./recipes.js";
import { onGrid } from "./reco/grid.js";
import { recoLedger } from "./reco/ledger.js";
import { recoStudentOf, representationsIn } from "./reco/models.js";
import { type RecoMethodOptions, recoOptions } from "./reco/options.js";
import { studentView } from "./strongView.js";
import { averageTested, owned, teacherOf } from "./studentTeacher.js";

/**
 * ReCo: labels, pseudo labels of the teacher on images whose classes are mixed, and a contrast of pixels that the student is unsure of with their class's mean and other classes'
 * pixels, similar classes more often. In batches without unlabelled images the labelled ones, whose labels may be partial, are looked at by the teacher, too. With its queries drawn by SG or SAG it is ARCO's on photographs (table 7). The teacher is tested.
 */
export const reco: Method<RecoMethodOptions> = {
  name: "reco",
  title: "ReCo",
  cite: "Liu et al., ICLR 2022 (train_semisup.py)",
  tested: ({ tested }) => `the ${tested}`,
  options: recoOptions,
  protocols: { released: { voidIsClass: true, quantise8: true, unsupervised: { empty: "nan" } } },
  dimensions: [2],
  labeled: true,
  unlabeled: "optional",
  recipe: recipe(),
  create(setup) {
    const { seed, options, imageSize, observe } = setup;
    const { weights, contrast } = options;
    const { mode, momentum } = options.teacher;
    const student = recoStudentOf(setup);
    const teacher = teacherOf(setup, student, { mode });
    const update = optimizer(student.trained, setup.steps, setup.optimizer);
    const trained = Object.values(student.trained);
    const ledger = recoLedger(setup);
    const strong = { steps: strongSteps(setup), quantise8: options.quantise8 };

    /** The pixels of each class on the student's grid, and those of them that it is unsure of in the pass it will learn from. */
    const selectionOf = async (step: number, labeled: tf.Tensor, unlabeled: tf.Tensor, available: Int32Array) => {
      const once = { ...student.mode(step), track: false };
      const { grid, ...seen } = tf.tidy(() => {
        const { grid, logits, hidden, representations } = student.look(labeled, unlabeled, once);
        return { grid, probabilities: tf.softmax(logits), hidden, representations };
      });
      const labels = onGrid(available, imageSize, grid);
      const chances = await seen.probabilities.data<"float32">();
      const selection = recoSelection(labels, chances, { threshold: contrast.hard });
      await ledger.write(step, selection, seen, grid);
      tf.dispose(seen);
      return { selection, grid };
    };

    return {
      async step(batch) {
        const { step, label, arrays } = batch;
        const images = tf.tidy(() => lookedAt(batch));
        const look = tf.tidy(() => teacher.at(step)(images.unlabeled).logits);
        const weak = await pseudoLabeled(batch.unlabeled > 0 ? batch : asUnlabeled(batch), look);
        if (batch.unlabeled === 0) overwrite(weak, arrays.label);
        const { view, viewImage, viewLabels, viewConfidence } = studentView(batch, weak, strong, { seed, observe });
        const contrasted =
          weights.contrast !== 0
            ? await selectionOf(step, images.labeled, viewImage, availableIn(arrays.label, view, contrast))
            : undefined;
        const found = tf.tidy(() => {
          const { terms, gradients } = lossAndGradients(trained, () => {
            const output = student.look(images.labeled, viewImage, student.mode(step));
            const others: Record<string, tf.Scalar> = {
              ...(weights.unsupervised !== 0 && {
                unsupervised: unsupervised(output.unlabeled, viewLabels, viewConfidence, options.unsupervised),
              }),
              ...(contrasted && {
                contrast: recoLoss(
                  contrasted.selection,
                  representationsIn(output.representations),
                  drawsOf(setup, step, contrasted.grid),
                  { ...contrast, pool: contrast.pool || undefined },
                ),
              }),
            };
            const labeled = supervised(output.labeled, label, { of: "crossEntropy" });
            const loss = Object.entries(others).reduce<tf.Scalar>(
              (sum, [name, value]) => sum.add(value.mul(weights[name as keyof typeof weights])),
              labeled,
            );
            return { loss, supervised: labeled, ...others };
          });
          update.apply(gradients, step);
          teacher.follow(warmUpMomentum(step, momentum));
          return terms;
        });
        tf.dispose([images, look, viewImage, viewLabels, viewConfidence]);
        return found;
      },
      notes: ledger.notes,
      predict: (image) =>
        tf.tidy(() => {
          const { network, params } = options.tested === "teacher" ? teacher : student;
          return network.apply(params, image, { training: false }).logits;
        }),
      ...owned(...(options.tested === "teacher" ? [averageTested(student, teacher)] : [student, teacher]), update),
    };
  },
};

/** The two parts of a batch; without unlabelled images the labelled ones are both, for labels that are partial. */
function lookedAt(batch: Batch): { labeled: tf.Tensor; unlabeled: tf.Tensor } {
  if (batch.unlabeled > 0) return parts(batch.image, batch);
  return { labeled: batch.image.clone(), unlabeled: batch.image.clone() };
}

/** A batch whose labelled images count as unlabelled ones. */
const asUnlabeled = (batch: Batch): Batch => ({ ...batch, labeled: 0, unlabeled: batch.labeled });

/** Given labels take the place of pseudo labels, and are sure. */
function overwrite({ labels, confidence }: PseudoLabeled, given: Int32Array): void {
  for (const [pixel, label] of given.entries())
    if (label >= 0) {
      labels[pixel] = label;
      confidence[pixel] = 1;
    }
}

/** What is done to unlabelled images behind the teacher (`batch_transform` of ReCo): another size and part, mixing, colours, blur and a mirror. */
function strongSteps({
  options: { mixing, voidIsClass, quantise8 },
  channels,
  scales = [1, 1],
}: Pick<Setup<RecoMethodOptions>, "options" | "channels" | "scales">): ViewStep[] {
  const isColoured = channels === 3;
  return [
    { change: "photoCrop", scales },
    { change: "mix", mixing, voidIsClass },
    ...(isColoured ? [{ change: "colour", quantise8 } as const] : []),
    { change: "photometric", jitterProbability: isColoured ? 0 : 0.8 },
    { change: "flip", probability: 0.5 },
  ];
}

/** The draws of a step: queries by the sampler, from a stream of their own, so that arms that differ in it alone share all else. */
function drawsOf({ seed, options }: Setup<RecoMethodOptions>, step: number, shape: readonly number[]): RecoDraws {
  const { sampler, cells, scope } = options;
  let calls = 0;
  return {
    ...recoDraws(stream(seed, "reco", step)),
    queries(pixels, n) {
      const population = { pixels, shape };
      return samplers[sampler].draw(
        population,
        gridGroups(population, { cells, scope }),
        n,
        stream(seed, "queries", step, calls++),
      );
    },
  };
}
