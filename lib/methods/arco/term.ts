import type * as tf from "../../engine/tf.js";
import type { BatchOutput } from "../forward.js";
import type { StepInputs } from "./stepInputs.js";

/** A term of the loss at one step: its pixels are drawn and its keys computed before the student's forward pass. */
export interface Prepared {
  /** The loss of the student's output, with the student's head as one matrix; called once, while gradients are recorded. */
  loss(output: BatchOutput, matrix: () => tf.Tensor2D): tf.Scalar;
  /** Called after the optimiser's step, to keep what the next step needs. */
  finish?(): void;
  /** Tensors that are freed after the step. */
  tensors?: tf.TensorContainer;
}

/** A term of ARCO's loss. */
export interface Term {
  prepare(inputs: StepInputs): Promise<Prepared>;
  /** What a checkpoint holds of it. */
  variables?: Record<string, tf.Variable>;
}
