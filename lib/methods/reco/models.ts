import { gatherRows } from "../../engine/ops/gather.js";
import { flatten, trainableByPath } from "../../engine/params.js";
import { stream } from "../../engine/random.js";
import { asRows } from "../../engine/rows.js";
import * as tf from "../../engine/tf.js";
import type { StudentRepresentations } from "../../losses/reco.js";
import { head, headInit } from "../../networks/deeplab/decoder.js";
import type { Mode } from "../../networks/network.js";
import { parts, type Setup, startFrom } from "../method.js";
import { type SegmentationStudent, studentOf } from "../studentTeacher.js";
import type { RecoMethodOptions } from "./options.js";

/** What the student says of a batch: logits in the images' size, and rows of its own coarser grid for all images, labelled ones first. */
export type RecoOutput = {
  labeled: tf.Tensor;
  unlabeled: tf.Tensor;
  /** Logits [pixels, classes] of the grid, the representation's hidden map [pixels, width] and the representations [pixels, D]. */
  logits: tf.Tensor2D;
  hidden: tf.Tensor2D;
  representations: tf.Tensor2D;
};

/** A student with ReCo's representation beside its classifier. */
export interface RecoStudent extends SegmentationStudent {
  /** What it says of labelled and unlabelled images, and the size of its grid. */
  look(labeled: tf.Tensor, unlabeled: tf.Tensor, mode: Mode): RecoOutput & { grid: number[] };
  /** Its variables with the head's: those that are trained, and those that a checkpoint holds. */
  trained: Record<string, tf.Variable>;
  variables: Record<string, tf.Variable>;
}

/** The student of a setup with a representation as wide as the option says, or as the coarsest map of its decoder. */
export function recoStudentOf(setup: Setup<RecoMethodOptions>): RecoStudent {
  const { seed, options } = setup;
  const student = studentOf(setup);
  const { widths } = student.network.decoder;
  const width = options.representation || widths[0];
  const inputs = inputsOf(student, setup);
  const params = headInit(stream(seed, "representation"), inputs, width, width);
  startFrom(flatten(params, "heads/"), [], setup.start);

  const one = (image: tf.Tensor, mode: Mode) => {
    const { logits, last, grid = { logits, input: last } } = student.network.apply(student.params, image, mode);
    const { hidden, out } = head(grid.input, params, mode);
    return { full: logits, grid: grid.logits, hidden, out };
  };
  return {
    ...student,
    look(labeled, unlabeled, mode) {
      const joint = options.passes === "joint";
      const seen = joint ? [one(tf.concat([labeled, unlabeled]), mode)] : [one(labeled, mode), one(unlabeled, mode)];
      const rows = (of: "grid" | "hidden" | "out") => tf.concat(seen.map((part) => asRows(part[of]))) as tf.Tensor2D;
      const full = joint
        ? parts(seen[0].full, { labeled: labeled.shape[0], unlabeled: unlabeled.shape[0] })
        : { labeled: seen[0].full, unlabeled: seen[1].full };
      return {
        ...full,
        logits: rows("grid"),
        hidden: rows("hidden"),
        representations: rows("out"),
        grid: seen[0].grid.shape.slice(1, 3),
      };
    },
    trained: { ...student.trained, ...trainableByPath(params, "heads/") },
    variables: { ...student.variables, ...flatten(params, "heads/") },
  };
}

/** Channels of the map that the classifier sees. */
function inputsOf({ network, params }: SegmentationStudent, { channels }: Setup<object>): number {
  return tf.tidy(() => {
    const { grid, last } = network.apply(params, tf.zeros([1, 16, 16, channels]), { training: false });
    const input = grid?.input ?? last;
    return input.shape[input.rank - 1];
  });
}

/** The representations of some pixels, and their means over lists of pixels. */
export const representationsIn = (rows: tf.Tensor2D): StudentRepresentations => ({
  at: (pixels) => gatherRows(rows, tf.tensor1d(pixels, "int32")),
  means: (lists) => tf.stack(lists.map((pixels) => gatherRows(rows, tf.tensor1d(pixels, "int32")).mean(0))),
});
