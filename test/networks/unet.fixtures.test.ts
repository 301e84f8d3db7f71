import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { meanCrossEntropy } from "../../lib/engine/ops/crossEntropy.js";
import { flatten, type Params, trainable, trainableByPath } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { dice } from "../../lib/losses/dice.js";
import { supervised } from "../../lib/losses/supervised.js";
import type { Network } from "../../lib/networks/network.js";
import { fromTorch } from "../../lib/networks/torch.js";
import { unet } from "../../lib/networks/unet.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose, norm } from "../engine/numbers.js";
import { fixtures } from "../fixtures.js";
import { channelsFirst, channelsLast, entry, type Printed } from "../torch.js";

/** A U-Net's weights, image and labels; made by the reference implementation, see fixtures/README.md. */
interface Weights {
  feature_chns: number[];
  in_chns: number;
  class_num: number;
  input: Printed;
  labels: Printed;
  state: Record<string, Printed>;
}

/** What that U-Net gives in evaluation, and in training with the gradients and the statistics afterwards. */
interface Outputs {
  weights?: string;
  logits: Printed;
  feature_map_sums?: number[];
  feature_map_abs_sums?: number[];
  loss?: number;
  dice?: number;
  ce?: number;
  grad_norms?: Record<string, number>;
  grads?: Record<string, Printed>;
  grad_input?: Printed;
  buffers_after?: Record<string, Printed>;
}

before(() => startEngine());

for (const { name, folder, data } of fixtures<Outputs>("unet_")) {
  if (!data.weights) continue;
  const weights = JSON.parse(readFileSync(join(folder, data.weights), "utf8")) as Weights;
  if (data.grad_norms)
    test(`${name}: logits, losses, gradients and running statistics are the reference's`, () =>
      inEveryForm((form) => checkTraining(weights, data, form)));
  else
    test(`${name}: logits and features are the reference's`, () =>
      inEveryForm((form) => checkEvaluation(weights, data, form)));
}

async function checkEvaluation(weights: Weights, expected: Outputs, form: string): Promise<void> {
  const { network, params, image } = await build(weights);
  const { logits, features } = network.apply(params, image, { training: false });
  assertClose(await channelsFirst(logits), expected.logits.data, 1e-5, `${form}: logits`);
  for (const [key, map] of Object.entries(expected)) {
    const found = /^(?:feature_map_(\d)(_first_image)?|latent_x4)$/.exec(key);
    if (!found) continue;
    const values = await channelsFirst(features[Number(found[1] ?? 0)]);
    assertClose(found[2] ? Array.from(values).slice(0, map.data.length) : values, map.data, 1e-5, `${form}: ${key}`);
  }
  for (const [k, map] of features.entries()) {
    const values = Array.from(await map.data());
    const total = values.reduce((sum, value) => sum + Math.abs(value), 0);
    const sum = values.reduce((sum, value) => sum + value, 0);
    if (expected.feature_map_abs_sums)
      assertClose([total], [expected.feature_map_abs_sums[k]], 1e-5, `${form}: Σ|map ${k}|`);
    if (expected.feature_map_sums)
      assert.ok(Math.abs(sum - expected.feature_map_sums[k]) < 1e-5 * total, `${form}: Σ map ${k} is ${sum}`);
  }
}

async function checkTraining(weights: Weights, expected: Outputs, form: string): Promise<void> {
  const { network, params, image, labels } = await build(weights);
  const pixels = tf.variable(image);
  const { terms, gradients } = lossAndGradients([...trainable(params), pixels], () => {
    const logits = tf.keep(network.apply(params, pixels, { training: true }).logits);
    return {
      loss: supervised(logits, labels),
      dice: dice(logits, labels),
      ce: meanCrossEntropy(logits, labels),
      logits: logits as tf.Scalar,
    };
  });
  assertClose(await channelsFirst(terms.logits), expected.logits.data, 1e-5, `${form}: logits`);
  for (const term of ["loss", "dice", "ce"] as const)
    assertClose(await terms[term].data(), [expected[term] ?? Number.NaN], 1e-5, `${form}: ${term}`);

  const paths = Object.keys(trainableByPath(params));
  const gradientOf = new Map(paths.map((path, i) => [path, gradients[i]]));
  const gradient = async (path: string) => (await gradientOf.get(path)?.data()) ?? assert.fail(`no parameter ${path}`);
  for (const [parameter, length] of Object.entries(expected.grad_norms ?? {})) {
    const [path] = Object.keys(fromTorch({ [parameter]: { shape: [], values: new Float32Array(1) } }));
    const found = norm(await gradient(path));
    if (length < 1e-12)
      assert.ok(
        found < 1e-6,
        `${form}: the gradient of ${parameter}, a bias that its batch norm cancels, has length ${found}`,
      );
    else assertClose([found], [length], 1e-4, `${form}: length of the gradient of ${parameter}`);
  }
  assert.equal(Object.keys(expected.grad_norms ?? {}).length, paths.length);
  for (const [path, { values }] of Object.entries(mapped(expected.grads ?? {})))
    assertClose(await gradient(path), values, 1e-4, `${form}: gradient of ${path}`);
  if (expected.grad_input)
    assertClose(
      await channelsFirst(gradients[paths.length]),
      expected.grad_input.data,
      1e-4,
      `${form}: gradient of the image`,
    );
  for (const [path, { values }] of Object.entries(mapped(expected.buffers_after ?? {})))
    assertClose(await flatten(params)[path].data(), values, 1e-5, `${form}: ${path} afterwards`);
}

const mapped = (printed: Record<string, Printed>) =>
  fromTorch(Object.fromEntries(Object.entries(printed).map(([name, value]) => [name, entry(value)])));

/** The network with the fixture's weights, its image and its labels. */
async function build({ feature_chns: widths, in_chns: channels, class_num: classes, input, labels, state }: Weights) {
  const upsampling = "decoder.up1.up.weight" in state ? "transposed" : "bilinear";
  const network = unet({ channels, classes, widths, dropouts: [], upsampling }) as Network;
  const params: Params = network.init(stream(0, "init"));
  const given = mapped(state);
  assert.deepEqual(Object.keys(given).sort(), Object.keys(flatten(params)).sort());
  for (const [path, variable] of Object.entries(flatten(params)))
    variable.assign(tf.tensor(given[path].values, [...given[path].shape]));
  return { network, params, image: channelsLast(input), labels: tf.tensor(labels.data, labels.shape, "int32") };
}
