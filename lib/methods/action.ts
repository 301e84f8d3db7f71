import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { flatten } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { hypercolumn } from "../heads/hypercolumn.js";
import { reco, recoDraws, recoSelection } from "../losses/reco.js";
import { supervised } from "../losses/supervised.js";
import { unsupervised } from "../losses/unsupervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import { representationsOf } from "./action/representations.js";
import { forward, probabilitiesOf } from "./forward.js";
import { type Method, parts } from "./method.js";
import * as option from "./options.js";
import { availableIn, pseudoLabeled } from "./pseudoLabels.js";
import { actionFinetuning } from "./recipes.js";
import { strongViews, studentView } from "./strongView.js";
import { owned, studentOf, teacherOf } from "./studentTeacher.js";

const options = z.strictObject({
  supervised: option.supervisedScale(0.5),
  weights: z
    .strictObject({
      contrast: option.weight(0.01).describe("of L_reco"),
      unsupervised: option.weight(1).describe("of L_unsup"),
    })
    .prefault({}),
  contrast: option.recoContrast(
    512,
    "pixels of each class, drawn in every step, among which negatives are drawn, so that only they need representations; 0: all pixels, as released, which takes 9 GB for eight images of 256²",
  ),
  unsupervised: z.strictObject(option.unsupervised()).prefault({}),
  strong: option.strong("classmix"), // the script's default; the authors' command line (train_2D.sh) passes cutmix
  teacher: z
    .strictObject({
      mode: option.teacherMode("train"),
      momentum: option.momentum(0.99),
    })
    .prefault({}),
  representation: option.representation(512),
  passes: option.passes("separate"),
  deadForward: z
    .boolean()
    .default(false)
    .describe(
      "the released code's leftover call of its first phase: an unused pass of the student, which moves its running statistics, and a second moving average in each step",
    ),
});

/**
 * ACTION's second phase, from a network pre-trained by its first: labels, pseudo labels of the teacher on images whose classes are mixed, and a contrast of
 * pixels that the student is unsure of with its own representations of their class and of other classes, similar ones more often. The student is tested.
 */
export const action: Method<z.infer<typeof options>> = {
  name: "action",
  title: "ACTION",
  cite: "You et al., IPMI 2023 (train_2D_action.py, train_3D_action.py)",
  tested: () => "the student",
  options,
  protocols: {
    released: {
      contrast: { pool: 0 },
      unsupervised: { empty: "nan" },
      strong: { elastic: true, elasticLabels: false, quantise8: true },
      deadForward: true,
    },
  },
  // train_3D_action.py: shorter representations, jitter and blur as in 2D but weaker, and no leftover call
  volumes: (protocol) => ({
    representation: 128,
    ...(protocol === "released" && { strong: { elastic: false, quantise8: false }, deadForward: false }),
  }),
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: actionFinetuning,
  pretraining: "actionDistillation",
  views: ({ strong }) => strongViews(strong),
  create(setup) {
    const { seed, steps, options, imageSize, observe } = setup;
    const { weights, contrast, passes } = options;
    const { mode, momentum } = options.teacher;
    const student = studentOf(setup);
    const teacher = teacherOf(setup, student, { mode });
    const { widths } = student.network.decoder;
    const head = hypercolumn({ widths, outputs: options.representation, axes: imageSize.length });
    const params = head.init(stream(seed, "representation"));
    const trained = { ...student.trained, ...flatten(params, "heads/") };
    const update = optimizer(trained, steps, setup.optimizer);

    /** The pixels of each class, and those of them that the student is unsure of in the pass it will learn from. */
    const selectionOf = async (
      step: number,
      image: Record<"labeled" | "unlabeled", tf.Tensor>,
      available: Int32Array,
    ) => {
      const mode = { ...student.mode(step), track: false };
      const apply = (images: tf.Tensor) => student.network.apply(student.params, images, mode);
      const probabilities = tf.tidy(() => probabilitiesOf(forward(apply, image.labeled, image.unlabeled, passes)));
      const selection = recoSelection(available, await probabilities.data<"float32">(), { threshold: contrast.hard });
      probabilities.dispose();
      return selection;
    };

    return {
      async step(batch) {
        const { step, label, arrays } = batch;
        const images = tf.tidy(() => parts(batch.image, batch));
        const look = tf.tidy(() => teacher.at(step)(images.unlabeled).logits);
        const weak = await pseudoLabeled(batch, look);
        const { view, viewImage, viewLabels, viewConfidence } = studentView(batch, weak, options.strong, {
          seed,
          observe,
        });
        const seen = { labeled: images.labeled, unlabeled: viewImage };
        const selection = await selectionOf(step, seen, availableIn(arrays.label, view, contrast));
        const found = tf.tidy(() => {
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const output = forward(student.at(step), seen.labeled, seen.unlabeled, passes);
            const others = {
              unsupervised: unsupervised(output.unlabeled, viewLabels, viewConfidence, options.unsupervised),
              contrast: reco(
                selection,
                representationsOf(output.maps, { head, params }, imageSize),
                recoDraws(stream(seed, "reco", step)),
                { ...contrast, pool: contrast.pool || undefined },
              ),
            };
            const labeled = supervised(output.labeled, label, { scale: options.supervised });
            const loss = labeled
              .add<tf.Scalar>(others.unsupervised.mul(weights.unsupervised))
              .add<tf.Scalar>(others.contrast.mul(weights.contrast));
            return { loss, supervised: labeled, ...others };
          });
          if (options.deadForward) {
            student.at(step, "dead")(images.unlabeled);
            teacher.follow(momentum);
          }
          update.apply(gradients, step);
          teacher.follow(momentum);
          return terms;
        });
        tf.dispose([images, look, viewImage, viewLabels, viewConfidence]);
        return found;
      },
      predict: student.predict,
      ...owned(student, teacher, { variables: flatten(params, "heads/") }, update),
    };
  },
};
