import { lossAndGradients } from "../engine/gradients.js";
import * as tf from "../engine/tf.js";
import { supervised } from "../losses/supervised.js";
import { unsupervised } from "../losses/unsupervised.js";
import { optimizer } from "../optimizers/optimizer.js";
import { rampUp } from "../optimizers/schedule.js";
import { bankTerm } from "./arco/bankTerm.js";
import { contrastTerm } from "./arco/contrastTerm.js";
import { equivarianceTerm } from "./arco/equivarianceTerm.js";
import { modelsOf } from "./arco/models.js";
import { nearestTerm } from "./arco/nearestTerm.js";
import { type ArcoOptions, arcoOptions, arcoProtocols, arcoVolumes } from "./arco/options.js";
import { disposeInputs, prepareStep } from "./arco/stepInputs.js";
import type { Prepared, Term } from "./arco/term.js";
import type { Method } from "./method.js";
import { arcoFinetuning } from "./recipes.js";
import { labeledStrongView, strongViews } from "./strongView.js";
import { owned } from "./studentTeacher.js";

/**
 * ARCO's second phase (section 3.2 of the paper), from a network pre-trained by its first: labels, pseudo labels of the teacher on mixed images,
 * nearest neighbours among images, and a contrast of pixels drawn by stratified (SG) or stratified-antithetic (SAG) sampling. The student is tested.
 */
export const arco: Method<ArcoOptions> = {
  name: "arco",
  title: "ARCO",
  cite: "You et al., NeurIPS 2023 (train_arco_2d.py, train_arco_3d.py)",
  tested: () => "the student",
  options: arcoOptions,
  protocols: arcoProtocols,
  volumes: arcoVolumes,
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: arcoFinetuning,
  pretraining: "relational",
  views: ({ strong, weights, labeled }) => ({
    ...strongViews(strong, weights.equivariance > 0 ? ["strong", "equivariance"] : ["strong"]),
    ...(labeled === "strong" && { labeled: labeledStrongView(strong) }),
  }),
  create(setup) {
    const { seed, options, observe } = setup;
    const { weights } = options;
    const models = modelsOf(setup);
    const fromBatch =
      weights.contrast !== 0 && options.contrast.from === "batch" ? contrastTerm(setup, models) : undefined;
    const terms: Record<string, Term> = {
      ...(fromBatch && { contrast: fromBatch }),
      ...(weights.contrast !== 0 && options.contrast.from === "bank" && { contrast: bankTerm(setup, models) }),
      ...(weights.nearest !== 0 && { nearest: nearestTerm(setup) }),
      ...(weights.equivariance !== 0 && { equivariance: equivarianceTerm(setup, models) }),
    };
    /** Weights of the terms in a step. */
    const weightsAt = (step: number): Record<string, number> => ({
      ...weights,
      unsupervised: rampUp(step, { max: weights.unsupervised, length: options.unsupervised.ramp * setup.steps }),
    });
    const update = optimizer(models.trained, setup.steps, setup.optimizer);
    const trained = Object.values(models.trained);
    return {
      async step(batch) {
        const { step } = batch;
        const weightOf = weightsAt(step);
        models.followHead(); // before the student's step, as released
        const inputs = await prepareStep(models, batch, options, { seed, observe });
        const prepared: Record<string, Prepared> = {};
        for (const [name, term] of Object.entries(terms)) prepared[name] = await term.prepare(inputs);
        const found = tf.tidy(() => {
          if (options.deadForward) models.studentOn(inputs.labeledImage, step, "dead");
          const { terms: values, gradients } = lossAndGradients(trained, () => {
            const output = models.student(inputs.labeledImage, inputs.viewImage, step);
            const matrix = once(models.studentMatrix);
            const labeled = supervised(output.labeled, inputs.label, { scale: options.supervised });
            const others: Record<string, tf.Scalar> = {
              ...(weights.unsupervised !== 0 && {
                unsupervised: unsupervised(
                  output.unlabeled,
                  inputs.viewLabels,
                  inputs.viewConfidence,
                  options.unsupervised,
                ),
              }),
              ...Object.fromEntries(Object.entries(prepared).map(([name, term]) => [name, term.loss(output, matrix)])),
            };
            const loss = Object.entries(others).reduce<tf.Scalar>(
              (sum, [name, value]) => sum.add(value.mul(weightOf[name])),
              labeled,
            );
            observe?.("losses", [], []);
            return { loss: loss.mul(options.scale), supervised: labeled, ...others };
          });
          observe?.("gradients", [], []);
          update.apply(gradients, step);
          models.followNetwork();
          return values;
        });
        for (const [name, value] of Object.entries(found)) observe?.(`term ${name}`, await value.data(), []);
        for (const { finish, tensors } of Object.values(prepared)) {
          finish?.();
          if (tensors) tf.dispose(tensors);
        }
        disposeInputs(inputs);
        return found;
      },
      notes: () => fromBatch?.notes(),
      predict: models.predict,
      ...owned(models, ...Object.values(terms), update),
    };
  },
};

/** The same value at every call. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
