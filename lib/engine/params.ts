import { copied, hasKernels } from "./native.js";
import type { Rng } from "./random.js";
import * as tf from "./tf.js";

/** The parameters of a network: variables in a tree of named parts and lists. Trainable ones get gradients; the others are running statistics. */
export type Params = tf.Variable | readonly Params[] | { readonly [name: string]: Params };

/** A trained parameter. */
export const parameter = (value: tf.Tensor): tf.Variable => owned(value, true);

/** A value a network keeps without training it: a running mean or variance. */
export const statistic = (value: tf.Tensor): tf.Variable => owned(value, false);

function owned(value: tf.Tensor, trainable: boolean): tf.Variable {
  const variable = tf.variable(value, trainable);
  value.dispose();
  return variable;
}

/** A tensor drawn uniformly from ±1/√fanIn: PyTorch's default for the weights and biases of convolutions and linear layers. */
export function uniformInit(rng: Rng, shape: number[], fanIn: number): tf.Tensor {
  const bound = 1 / Math.sqrt(fanIn);
  const size = shape.reduce((a, b) => a * b, 1);
  const values = hasKernels() ? drawing(size) : new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = rng.uniform(-bound, bound); // Float32Array.from takes four times as long
  return hasKernels() ? copied(values, shape) : tf.tensor(values, shape);
}

let drawn = new Float32Array();

/** Room for some values in one array: one for each tensor would stay in JavaScript's memory until it is tidied up, as large as the network. */
function drawing(size: number): Float32Array {
  if (drawn.length < size) drawn = new Float32Array(size);
  return drawn.subarray(0, size);
}

/** Every variable of a tree by its path ("encoder.0.conv1.weight"), in the order of the tree. */
export function flatten(params: Params, prefix = ""): Record<string, tf.Variable> {
  if (params instanceof tf.Variable) return { [prefix]: params };
  const path = (name: string) => (prefix === "" || prefix.endsWith("/") ? prefix + name : `${prefix}.${name}`);
  return Object.assign({}, ...Object.entries(params).map(([name, part]) => flatten(part as Params, path(name))));
}

/** The trained variables of a tree, in its order. */
export const trainable = (params: Params): tf.Variable[] => Object.values(trainableByPath(params));

/** The trained variables of a tree by path. */
export const trainableByPath = (params: Params, prefix = ""): Record<string, tf.Variable> =>
  Object.fromEntries(Object.entries(flatten(params, prefix)).filter(([, variable]) => variable.trainable));

/** How many numbers are trained. */
export const countParameters = (params: Params): number => trainable(params).reduce((sum, { size }) => sum + size, 0);

/** Sets every variable of a tree (running statistics too) to the values of another of the same form. */
export function copy(target: Params, source: Params): void {
  const from = flatten(source);
  for (const [path, variable] of Object.entries(flatten(target))) variable.assign(from[path]);
}

/** Sets the running statistics of a tree to those of another of the same form. */
export function copyStatistics(target: Params, source: Params): void {
  const from = flatten(source);
  for (const [path, variable] of Object.entries(flatten(target))) if (!variable.trainable) variable.assign(from[path]);
}

/** Frees the variables of a tree. */
export const disposeParams = (params: Params): void => tf.dispose(flatten(params));
