import { stream } from "../../engine/random.js";
import * as tf from "../../engine/tf.js";
import { withoutGradient } from "../../engine/withoutGradient.js";
import { equivariance } from "../../losses/equivariance.js";
import { drawControlPoints, thinPlateGrid } from "../../losses/thinPlate.js";
import { warp } from "../../losses/warp.js";
import { Problem } from "../../problem.js";
import type { Setup } from "../method.js";
import { strongView } from "../strongView.js";
import type { Models } from "./models.js";
import type { ArcoOptions } from "./options.js";
import type { Term } from "./term.js";

/** L_eqv (MONA's term, in the released code alone): the prediction on a warped batch should equal the warped prediction, on foreground pixels of high confidence. */
export function equivarianceTerm({ seed, options, imageSize }: Setup<ArcoOptions>, models: Models): Term {
  if (imageSize.length !== 2)
    throw new Problem(
      `weights.equivariance: found ${options.weights.equivariance} for volumes, expected 0: the thin-plate warps of L_eqv are of slices`,
    );
  return {
    async prepare({ step, labeledImage, truth, weak, view, views }) {
      const [count, ...size] = view.shape.slice(0, -1);
      const labeled = truth.length / (view.labels.length / count);
      const images = labeled + count;
      const made = views.equivariance && { ...views.equivariance, shape: view.shape };
      const other = strongView(weak, options.strong, { seed, step, view: "equivariance" }, made);
      const isSure = Float32Array.from([
        ...truth.map((label) => Number(label > 0)),
        ...view.labels.map((label, i) => Number(label > 0 && view.confidence[i] >= options.contrast.threshold)),
      ]);
      const tensors = tf.tidy(() => {
        const grid = thinPlateGrid(drawControlPoints(stream(seed, "thin plate", step), images), size);
        const all = tf.concat([labeledImage, tf.tensor(other.images, [...other.shape])]);
        return { grid, image: warp(all, grid), mask: warp(tf.tensor(isSure, [images, ...size, 1]), grid) };
      });
      return {
        tensors,
        loss: (output) => {
          const target = withoutGradient(() => warp(tf.concat([output.labeled, output.unlabeled]), tensors.grid));
          const logits = models.studentOn(tensors.image, step, "equivariance");
          return equivariance(logits, target, tensors.mask.reshape([images, ...size]));
        },
      };
    },
  };
}
