import { adamUpdate, sgdUpdate } from "../engine/ops/update.js";
import { statistic } from "../engine/params.js";
import * as tf from "../engine/tf.js";

/** Numbers of a rule that stay the same through a training. */
export interface RuleOptions {
  momentum: number;
  nesterov: boolean;
  weightDecay: number;
  /** Adam's decay of the second moment, 0.999 where it is not given. */
  beta2?: number;
}

/** How gradients move variables at a given rate; `state` is what it remembers, by name. */
export interface Rule {
  state: Readonly<Record<string, tf.Variable>>;
  /** `step` counts from 0; gradients in the order of the variables. */
  apply(gradients: readonly tf.Tensor[], rate: number, step: number): void;
}

type Variables = Readonly<Record<string, tf.Variable>>;

/** The rules by name. */
export const rules = {
  /** Stochastic gradient descent with momentum, as PyTorch does it. */
  sgd: (variables: Variables, options: RuleOptions): Rule => {
    const state = memory("velocity", variables);
    const [targets, velocities] = [Object.values(variables), Object.values(state)];
    return { state, apply: (gradients, rate) => sgdUpdate(targets, velocities, gradients, { ...options, rate }) };
  },
  /** Adam (Kingma & Ba 2015); of the options it takes the weight decay and β₂ alone. */
  adam: (variables: Variables, { weightDecay, beta2 }: RuleOptions): Rule => {
    const [first, second] = [memory("first", variables), memory("second", variables)];
    const targets = Object.values(variables);
    const moments = { first: Object.values(first), second: Object.values(second) };
    const apply: Rule["apply"] = (gradients, rate, step) =>
      adamUpdate(targets, moments, gradients, { rate, weightDecay, beta2, step: step + 1 });
    return { state: { ...first, ...second }, apply };
  },
  /** LARS (You et al. 2017): the step of each filter is proportional to its norm; vectors (biases, norms) move as in SGD and do not decay. */
  lars: (variables: Variables, { weightDecay, ...options }: RuleOptions): Rule => {
    const plain = rules.sgd(variables, { ...options, weightDecay: 0 });
    const targets = Object.values(variables);
    const apply: Rule["apply"] = (gradients, rate, step) =>
      tf.tidy(() =>
        plain.apply(
          gradients.map((gradient, at) => scaledToNorm(targets[at], gradient, weightDecay)),
          rate,
          step,
        ),
      );
    return { state: plain.state, apply };
  },
};

/** η·‖θ‖/(‖g‖ + λ‖θ‖)·(g + λθ) with η = 0.001; the gradient itself where θ is a vector or either norm is 0. */
function scaledToNorm(variable: tf.Variable, gradient: tf.Tensor, weightDecay: number): tf.Tensor {
  if (variable.rank < 2) return gradient;
  const [own, other] = [variable, gradient].map((tensor) => tensor.square().sum().sqrt());
  const ratio = own.mul(0.001).div(other.add(own.mul(weightDecay)).add(1e-12));
  const isUsable = own.mul(other).greater(0).cast("float32");
  const factor = ratio.mul(isUsable).add(tf.sub(1, isUsable));
  return gradient.add(variable.mul(weightDecay)).mul(factor);
}

/** Zeros for every variable. */
const memory = (name: string, variables: Variables): Record<string, tf.Variable> =>
  Object.fromEntries(
    Object.entries(variables).map(([path, { shape }]) => [`${name}/${path}`, statistic(tf.fill(shape, 0))]), // tf.zeros would make them in JavaScript's memory
  );
