import assert from "node:assert/strict";
import { lossAndGradients } from "../../../lib/engine/gradients.js";
import { type Rng, stream } from "../../../lib/engine/random.js";
import * as tf from "../../../lib/engine/tf.js";
import { assertClose, dot, norm, sizeOf } from "../numbers.js";

/** An operation at one size, for tests that run it on several backends. */
export interface Operation {
  name: string;
  /** What it takes, each with a gradient. "apart": no two values nearer than 0.1 and none nearer to 0 than 0.05, so that small moves cross no kink; "positive": in [0.5, 2). */
  inputs: Readonly<Record<string, { shape: readonly number[]; values?: "normal" | "apart" | "positive" }>>;
  /** Inputs whose gradient is not wanted: running statistics. */
  kept?: readonly string[];
  run(inputs: Readonly<Record<string, tf.Variable>>): tf.Tensor;
}

/** What an operation gave: its output, the gradients of Σ output·cotangent, and its inputs afterwards. */
export interface Outcome {
  shape: number[];
  output: Float32Array;
  gradients: Record<string, Float32Array>;
  after: Record<string, Float32Array>;
}

/** Runs an operation forwards and backwards on the backend that is set; inputs and cotangent are the same on every backend. */
export async function outcome(operation: Operation): Promise<Outcome> {
  const variables = makeInputs(operation);
  const wanted = wantedOf(operation);
  let y: tf.Tensor | undefined;
  const { terms, gradients } = lossAndGradients(
    wanted.map((name) => variables[name]),
    () => {
      y = tf.keep(operation.run(variables));
      return { loss: y.mul(tf.tensor(cotangent(operation, y.shape), y.shape)).sum() as tf.Scalar };
    },
  );
  if (!y) throw new Error("the operation did not run");
  const result: Outcome = { shape: y.shape, output: await floats(y), gradients: {}, after: {} };
  for (const [i, name] of wanted.entries()) result.gradients[name] = await floats(gradients[i]);
  for (const [name, variable] of Object.entries(variables)) result.after[name] = await floats(variable);
  tf.dispose([y, terms, gradients, variables]);
  return result;
}

/** Asserts that two outcomes agree, relative to the largest value of each tensor. */
export function assertEqualOutcome(actual: Outcome, expected: Outcome, tolerance: number, what: string): void {
  assert.deepEqual(actual.shape, expected.shape, `${what}: shape`);
  assertClose(actual.output, expected.output, tolerance, `${what}: output`);
  for (const name of Object.keys(expected.gradients))
    assertClose(actual.gradients[name], expected.gradients[name], tolerance, `${what}: gradient of ${name}`);
  for (const name of Object.keys(expected.after))
    assertClose(actual.after[name], expected.after[name], tolerance, `${what}: ${name} afterwards`);
}

/**
 * Largest error of the gradients against central differences in random directions, by input, relative to the gradient's length.
 * Step 0.02 and 0.01, extrapolated (Richardson), so that what is left is the rounding of float32.
 */
export async function gradientErrors(
  operation: Operation,
  { gradients }: Pick<Outcome, "gradients">,
  directions = 3,
): Promise<Record<string, number>> {
  const rng = stream(1, "directions", operation.name);
  const errors: Record<string, number> = {};
  for (const [name, gradient] of Object.entries(gradients)) {
    errors[name] = 0;
    for (let d = 0; d < directions; d++) {
      const direction = Float32Array.from(gradient, () => (rng.uniform() < 0.5 ? -1 : 1));
      const slope = async (h: number) =>
        ((await valueAt(operation, name, direction, h)) - (await valueAt(operation, name, direction, -h))) / (2 * h);
      const measured = (4 * (await slope(0.01)) - (await slope(0.02))) / 3;
      const error = Math.abs(measured - dot(gradient, direction)) / Math.max(norm(gradient), 0.1);
      errors[name] = Math.max(errors[name], error);
    }
  }
  return errors;
}

/** Σ output·cotangent with one input moved along a direction. */
async function valueAt(operation: Operation, name: string, direction: Float32Array, h: number): Promise<number> {
  const variables = makeInputs(operation, (input, values) =>
    input === name ? values.map((value, i) => value + h * direction[i]) : values,
  );
  const y = tf.tidy(() => operation.run(variables));
  const value = dot(await floats(y), cotangent(operation, y.shape));
  tf.dispose([y, variables]);
  return value;
}

const wantedOf = ({ inputs, kept = [] }: Operation) => Object.keys(inputs).filter((name) => !kept.includes(name));

function makeInputs(
  { name, inputs }: Operation,
  move = (_: string, values: Float32Array) => values,
): Record<string, tf.Variable> {
  const make = ([input, { shape, values = "normal" }]: [string, Operation["inputs"][string]]) => {
    const tensor = tf.tensor(move(input, draws[values](stream(1, "input", name, input), sizeOf(shape))), [...shape]);
    const variable = tf.variable(tensor);
    tensor.dispose();
    return [input, variable];
  };
  return Object.fromEntries(Object.entries(inputs).map(make));
}

const draws: Record<"normal" | "apart" | "positive", (rng: Rng, size: number) => Float32Array> = {
  normal: (rng, size) => Float32Array.from({ length: size }, () => rng.normal()),
  positive: (rng, size) => Float32Array.from({ length: size }, () => rng.uniform(0.5, 2)),
  apart: (rng, size) => Float32Array.from(rng.permutation(size), (k) => (k - Math.floor(size / 2) + 0.5) / 10),
};

const cotangent = ({ name }: Operation, shape: readonly number[]) =>
  draws.normal(stream(1, "cotangent", name), sizeOf(shape));

const floats = async (tensor: tf.Tensor) => Float32Array.from(await tensor.data());
