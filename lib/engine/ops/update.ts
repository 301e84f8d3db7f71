import { attributes, executeMany, hasKernels, intAttribute, isWebGpu } from "../native.js";
import { type Params, trainable } from "../params.js";
import * as tf from "../tf.js";

const listOf = (count: number) => attributes(`list ${count}`, () => [intAttribute("N", count)]);

/** Values that are moved at once: the old ones of a group are freed before the next group needs memory. */
const most = 4 << 20;

/** Places of variables in groups of at most so many values, in order. */
function groupsOf(variables: readonly tf.Variable[]): number[][] {
  const groups: number[][] = [];
  let size = most;
  for (const [place, variable] of variables.entries()) {
    size += variable.size;
    if (size > most) {
      groups.push([]);
      size = variable.size;
    }
    groups[groups.length - 1].push(place);
  }
  return groups;
}

const at = <T>(of: readonly T[], places: readonly number[]): T[] => places.map((place) => of[place]);

/** On WebGPU: one program that computes each value of a tensor as WGSL says, from those at the same place and from numbers. */
const each = (inputs: Record<string, tf.Tensor>, numbers: Record<string, number>, code: string): tf.Tensor =>
  tf.engine().runKernel("ArcoEach", inputs, { numbers, code } as unknown as tf.NamedAttrMap) as tf.Tensor;

/** Numbers of one step of stochastic gradient descent. */
export interface SgdStep {
  rate: number;
  momentum: number;
  nesterov: boolean;
  weightDecay: number;
}

/**
 * Moves variables and their velocities by one step as PyTorch does: g ← g + decay·θ; v ← momentum·v + g; θ ← θ − rate·v,
 * or with Nesterov θ ← θ − rate·(g + momentum·v).
 */
export function sgdUpdate(
  variables: readonly tf.Variable[],
  velocities: readonly tf.Variable[],
  gradients: readonly tf.Tensor[],
  settings: SgdStep,
): void {
  const { rate, momentum, nesterov, weightDecay } = settings;
  tf.tidy(() => {
    if (hasKernels()) {
      const numbers = tf.tensor1d([rate, momentum, weightDecay, nesterov ? 1 : 0]);
      for (const places of groupsOf(variables)) {
        const moved = [...at(variables, places), ...at(velocities, places)];
        const inputs = [...moved, ...at(gradients, places), numbers];
        const values = executeMany("ArcoSgd", listOf(places.length), inputs, moved.length);
        for (const [i, variable] of moved.entries()) variable.assign(values[i]);
      }
      return;
    }
    if (isWebGpu()) {
      const ahead = nesterov ? 1 : 0;
      for (const [i, w] of variables.entries()) {
        const [g, v] = [gradients[i], velocities[i]];
        const moved = "uniforms.momentum * v[index] + g[index] + uniforms.decay * w[index]";
        velocities[i].assign(each({ g, v, w }, { momentum, decay: weightDecay }, moved));
        const direction =
          "mix(v[index], g[index] + uniforms.decay * w[index] + uniforms.momentum * v[index], uniforms.ahead)";
        const numbers = { rate, momentum, decay: weightDecay, ahead };
        w.assign(each({ g, v, w }, numbers, `w[index] - uniforms.rate * ${direction}`));
      }
      return;
    }
    for (const [i, variable] of variables.entries()) {
      const gradient = weightDecay === 0 ? gradients[i] : gradients[i].add(variable.mul(weightDecay));
      const velocity = velocities[i].mul(momentum).add(gradient);
      const direction = nesterov ? gradient.add(velocity.mul(momentum)) : velocity;
      velocities[i].assign(velocity);
      variable.assign(variable.sub(direction.mul(rate)));
    }
  });
}

/** Numbers of one step of Adam; `step` counts from 1. */
export interface AdamStep {
  rate: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  weightDecay?: number;
  step: number;
}

/** Moves variables by one step of Adam (Kingma & Ba 2015, bias-corrected; weight decay added to the gradient, as PyTorch's Adam does). */
export function adamUpdate(
  variables: readonly tf.Variable[],
  moments: { first: readonly tf.Variable[]; second: readonly tf.Variable[] },
  gradients: readonly tf.Tensor[],
  { rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, step }: AdamStep,
): void {
  const [correction1, correction2] = [1 - beta1 ** step, 1 - beta2 ** step];
  tf.tidy(() => {
    if (hasKernels()) {
      const numbers = tf.tensor1d([rate, beta1, beta2, epsilon, weightDecay, correction1, correction2]);
      for (const places of groupsOf(variables)) {
        const moved = [variables, moments.first, moments.second].flatMap((of) => at(of, places));
        const inputs = [...moved, ...at(gradients, places), numbers];
        const values = executeMany("ArcoAdam", listOf(places.length), inputs, moved.length);
        for (const [i, variable] of moved.entries()) variable.assign(values[i]);
      }
      return;
    }
    if (isWebGpu()) {
      for (const [i, w] of variables.entries()) {
        const [g, m, v] = [gradients[i], moments.first[i], moments.second[i]];
        const slope = "(g[index] + uniforms.decay * w[index])";
        const decay = weightDecay;
        m.assign(each({ g, m, w }, { beta1, decay }, `mix(${slope}, m[index], uniforms.beta1)`));
        v.assign(each({ g, v, w }, { beta2, decay }, `mix(${slope} * ${slope}, v[index], uniforms.beta2)`));
        const numbers = { rate: rate / correction1, correction: correction2, epsilon };
        const moved = "uniforms.rate * m[index] / (sqrt(v[index] / uniforms.correction) + uniforms.epsilon)";
        w.assign(each({ w, m, v }, numbers, `w[index] - ${moved}`));
      }
      return;
    }
    for (const [i, variable] of variables.entries()) {
      const gradient = weightDecay === 0 ? gradients[i] : gradients[i].add(variable.mul(weightDecay));
      const first = moments.first[i].mul(beta1).add(gradient.mul(1 - beta1));
      const second = moments.second[i].mul(beta2).add(gradient.square().mul(1 - beta2));
      moments.first[i].assign(first);
      moments.second[i].assign(second);
      const scale = second.div(correction2).sqrt().add(epsilon);
      variable.assign(variable.sub(first.div(scale).mul(rate / correction1)));
    }
  });
}

/** Exponential moving average over the trained variables: target ← momentum·target + (1 − momentum)·source. Running statistics stay the target's own. */
export function average(target: Params, source: Params, momentum: number): void {
  const [to, from] = [trainable(target), trainable(source)];
  tf.tidy(() => {
    if (hasKernels()) {
      const factor = tf.scalar(momentum);
      for (const places of groupsOf(to)) {
        const inputs = [...at(to, places), ...at(from, places), factor];
        const averages = executeMany("ArcoAverage", listOf(places.length), inputs, places.length);
        for (const [i, place] of places.entries()) to[place].assign(averages[i]);
      }
      return;
    }
    if (isWebGpu()) {
      for (const [i, old] of to.entries())
        old.assign(each({ old, source: from[i] }, { momentum }, "mix(source[index], old[index], uniforms.momentum)"));
      return;
    }
    for (const [i, variable] of to.entries()) variable.assign(variable.mul(momentum).add(from[i].mul(1 - momentum)));
  });
}

/** The rate of BYOL's moving average at step t of T: 1 − (1 − first)·(1 + cos(πt/T))/2, which rises from `first` to 1 along half a cosine. */
export const risingMomentum = (step: number, steps: number, first: number): number =>
  1 - ((1 - first) * (1 + Math.cos((Math.PI * step) / steps))) / 2;

/** The warm-up rate of the moving average at step t = 0, 1, …: min(1 − 1/(t + 1), limit), so that the first step copies. */
export const warmUpMomentum = (step: number, limit = 0.99): number => Math.min(1 - 1 / (step + 1), limit);
