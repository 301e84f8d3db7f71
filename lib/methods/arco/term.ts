import type * as tf from "../../engine/tf.js";
import type { BatchOutput } from "../forward.js";
import type { StepInputs } from "./stepInputs.js";

/** A part of the loss at work: its draws are made and its keys are computed before the student's pass. */
export interface Prepared {
  /** The loss of what the student saw, with its head as one matrix; called once, while gradients are recorded. */
  loss(output: BatchOutput, matrix: () => tf.Tensor2D): tf.Scalar;
  /** After the optimiser's step: what is remembered for the next one. */
  finish?(): void;
  /** Tensors that are freed after the step. */
  tensors?: tf.TensorContainer;
}

/** A part of ARCO's loss. */
export interface Term {
  prepare(inputs: StepInputs): Promise<Prepared>;
  /** What a checkpoint holds of it. */
  variables?: Record<string, tf.Variable>;
}
