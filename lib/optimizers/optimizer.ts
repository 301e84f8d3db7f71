import * as tf from "../engine/tf.js";
import { type RuleOptions, rules } from "./rules.js";
import { type RateOptions, rateAt } from "./schedule.js";

/** An optimiser is a rule and a learning rate that changes over the training. */
export interface OptimizerOptions extends RuleOptions, RateOptions {
  kind: keyof typeof rules;
}

/** Moves variables down their gradients; `state` is what a checkpoint must hold of it. */
export interface Optimizer {
  /** One update with the rate of step `step` (from 0). Gradients in the order of the variables. */
  apply(gradients: readonly tf.Tensor[], step: number): void;
  state: Readonly<Record<string, tf.Variable>>;
  dispose(): void;
}

/** Which factor of the learning rate a variable has, by its path: a tenth for a pre-trained backbone, say. */
export type RateFactors = (path: string) => number;

/** The optimiser of some variables for a training of `steps` steps. */
export function optimizer(
  variables: Readonly<Record<string, tf.Variable>>,
  steps: number,
  options: OptimizerOptions,
  factorOf: RateFactors = () => 1,
): Optimizer {
  const paths = Object.keys(variables);
  const groups = [...new Set(paths.map(factorOf))].map((factor) => {
    const own = paths.filter((path) => factorOf(path) === factor);
    const rule = rules[options.kind](Object.fromEntries(own.map((path) => [path, variables[path]])), options);
    return { factor, rule, places: own.map((path) => paths.indexOf(path)) };
  });
  const state = Object.assign({}, ...groups.map(({ rule }) => rule.state));
  return {
    state,
    dispose: () => tf.dispose(state),
    apply(gradients, step) {
      const rate = rateAt(step, steps, options);
      for (const { factor, rule, places } of groups)
        rule.apply(
          places.map((place) => gradients[place]),
          factor * rate,
          step,
        );
    },
  };
}
