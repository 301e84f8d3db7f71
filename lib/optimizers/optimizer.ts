import { adamUpdate, sgdUpdate } from "../engine/ops/update.js";
import { statistic } from "../engine/params.js";
import * as tf from "../engine/tf.js";
import { rateAt, type Schedule } from "./schedule.js";

/** An optimiser and how its learning rate falls. */
export interface OptimizerOptions {
  kind: "sgd" | "adam";
  rate: number;
  momentum: number;
  nesterov: boolean;
  weightDecay: number;
  schedule: Schedule;
}

/** Moves variables down their gradients; `state` is what a checkpoint must hold of it. */
export interface Optimizer {
  /** One update with the rate of step `step` (from 0). Gradients in the order of the variables. */
  apply(gradients: readonly tf.Tensor[], step: number): void;
  state: Readonly<Record<string, tf.Variable>>;
  dispose(): void;
}

/** The optimiser of some variables for a training of `steps` steps. */
export function optimizer(
  variables: Readonly<Record<string, tf.Variable>>,
  steps: number,
  options: OptimizerOptions,
): Optimizer {
  const targets = Object.values(variables);
  const memory = (name: string) =>
    Object.fromEntries(
      Object.entries(variables).map(([path, { shape }]) => [`${name}/${path}`, statistic(tf.zeros(shape))]),
    );
  const rate = (step: number) => rateAt(step, steps, options);
  if (options.kind === "adam") {
    const [first, second] = [memory("first"), memory("second")];
    const moments = { first: Object.values(first), second: Object.values(second) };
    return {
      state: { ...first, ...second },
      dispose: () => tf.dispose({ ...first, ...second }),
      apply: (gradients, step) =>
        adamUpdate(targets, moments, gradients, { rate: rate(step), weightDecay: options.weightDecay, step: step + 1 }),
    };
  }
  const state = memory("velocity");
  const velocities = Object.values(state);
  return {
    state,
    dispose: () => tf.dispose(state),
    apply: (gradients, step) => sgdUpdate(targets, velocities, gradients, { ...options, rate: rate(step) }),
  };
}
