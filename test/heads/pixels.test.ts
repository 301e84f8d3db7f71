import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { tensorCount } from "../../lib/engine/memory.js";
import { stream } from "../../lib/engine/random.js";
import { asRows } from "../../lib/engine/rows.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { featuresAt, mapEveryPixel, meanFeatures } from "../../lib/heads/pixels.js";
import { predictor } from "../../lib/heads/predictor.js";
import { representation } from "../../lib/heads/representation.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

/** Sizes of the maps of a pyramid, coarse to fine: doubled as by a U-Net, uneven, volumes, two maps of one size as in a V-Net, and a map finer than the last. */
const pyramids: Record<string, number[][]> = {
  "a U-Net's images": [
    [1, 2],
    [2, 4],
    [4, 8],
    [8, 16],
  ],
  "uneven images": [
    [1, 3],
    [3, 2],
    [5, 7],
    [6, 11],
  ],
  "a V-Net's volumes": [
    [1, 2, 1],
    [2, 4, 2],
    [4, 8, 4],
    [4, 8, 4],
  ],
  "uneven volumes": [
    [2, 1, 3],
    [3, 4, 2],
    [5, 7, 3],
  ],
  "a map finer than the last": [
    [2, 3],
    [9, 8],
    [6, 5],
  ],
};

const [batch, outputs] = [2, 5];
const widths = [6, 4, 3, 2];

/** A pyramid's maps and a head with its predictor, all trainable, drawn at random. */
function setUp(sizes: number[][]) {
  const rng = stream(0, "pyramid", sizes.length);
  const features = sizes.map((size, level) => {
    const shape = [batch, ...size, widths[level]];
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => rng.normal());
    return tf.variable(tf.tensor(values, shape));
  });
  const head = representation({ widths: widths.slice(0, sizes.length), outputs });
  const params = head.init(rng);
  const finest = sizes[sizes.length - 1].reduce((a, b) => a * b, batch);
  return { rng, features, head, params, finest, variables: [...features, ...params.levels] };
}

/** The same loss two ways: values and gradients must agree. */
async function agree(
  variables: tf.Variable[],
  [first, second]: readonly (() => tf.Tensor)[],
  what: string,
): Promise<void> {
  const results = [first, second].map((run) =>
    lossAndGradients(variables, () => {
      const value = tf.keep(run());
      const cotangent = tf.sin(tf.range(1, value.size + 1)).reshape(value.shape);
      return { loss: value.mul(cotangent).sum() as tf.Scalar, value: value as tf.Scalar };
    }),
  );
  assertClose(await results[0].terms.value.data(), await results[1].terms.value.data(), 1e-5, `${what}: value`);
  for (const [i, gradient] of results[0].gradients.entries())
    assertClose(await gradient.data(), await results[1].gradients[i].data(), 1e-5, `${what}: gradient ${i}`);
}

for (const [name, sizes] of Object.entries(pyramids)) {
  test(`${name}: the head at pixels is the dense head there, in value and gradient`, () =>
    inEveryForm((form) => {
      const { rng, features, head, params, finest, variables } = setUp(sizes);
      const pixels = Int32Array.from({ length: 40 }, () => rng.integer(0, finest)); // some come twice
      const dense = () => tf.gather(asRows(head.dense(params, features)), tf.tensor1d(pixels, "int32"));
      return agree(variables, [() => featuresAt(features, pixels).matMul(head.matrix(params)), dense], form);
    }));

  test(`${name}: the head at every pixel is the dense head, in value and gradient`, () =>
    inEveryForm((form) => {
      const { features, head, params, variables } = setUp(sizes);
      const dense = () => head.dense(params, features);
      return agree(variables, [() => mapEveryPixel(features, head.matrix(params)), dense], form);
    }));

  test(`${name}: a mean by the adjoint is the mean of the dense map, in value and gradient`, () =>
    inEveryForm((form) => {
      const { rng, features, head, params, finest, variables } = setUp(sizes);
      const masks = tf.tensor2d(
        Float32Array.from({ length: finest * 3 }, () => Number(rng.uniform() < 0.4)),
        [finest, 3],
      );
      const weights = masks.mul(tf.tensor1d([1, 0.25, 3])); // a mean does not depend on the weights' unit
      const shaped = weights.reshape([batch, ...sizes[sizes.length - 1], 3]);
      const dense = () => masks.matMul(asRows(head.dense(params, features)), true).div(masks.sum(0).reshape([3, 1]));
      return agree(variables, [() => meanFeatures(features, shaped).matMul(head.matrix(params)), dense], form);
    }));
}

test("a class without pixels has a mean of zeros, and no gradient is NaN", () =>
  inEveryForm(async (form) => {
    const { features } = setUp(pyramids["uneven images"]);
    const weights = tf.concat([tf.ones([batch, 6, 11, 1]), tf.zeros([batch, 6, 11, 1])], 3);
    const { terms, gradients } = lossAndGradients(features, () => {
      const means = tf.keep(meanFeatures(features, weights));
      return { loss: means.square().sum() as tf.Scalar, means: means as unknown as tf.Scalar };
    });
    const [first, second] = (await terms.means.array()) as unknown as number[][];
    assert.ok(
      first.every((value) => Number.isFinite(value) && value !== 0),
      form,
    );
    assert.deepEqual(new Set(second), new Set([0]), form);
    for (const gradient of gradients) assert.ok((await gradient.data()).every(Number.isFinite), form);
  }));

test("the predictor's two maps are one matrix", () =>
  inEveryForm(async (form) => {
    const head = predictor({ width: outputs });
    const params = head.init(stream(0, "predictor"));
    const rows = tf.sin(tf.range(0, 4 * outputs)).reshape([4, outputs]);
    const twice = rows.matMul(params.first).matMul(params.second);
    assertClose(await rows.matMul(head.matrix(params)).data(), await twice.data(), 1e-5, form);
  }));

test("the heads have as many parameters as the paper's code", () => {
  const count = (variables: Record<string, tf.Variable> | tf.Variable[]) =>
    Object.values(variables).reduce((sum, { size }) => sum + size, 0);
  const rng = stream(0, "count");
  assert.equal(count(representation().init(rng).levels), 890_112);
  assert.equal(count(predictor({ width: 496 }).init(rng)), 492_032);
  assert.equal(count(representation({ widths: [128, 64, 32, 16, 16], outputs: 16 }).init(rng).levels), 165_120);
});

test("the heads leave no tensor behind", () =>
  inEveryForm(async (form) => {
    const { features, head, params, variables } = setUp(pyramids["a U-Net's images"]);
    const weights = tf.ones([batch, 8, 16, 2]);
    const step = () => {
      const { terms, gradients } = lossAndGradients(variables, () => {
        const at = featuresAt(features, new Int32Array([3, 7, 3])).matMul(head.matrix(params));
        return { loss: at.sum().add(meanFeatures(features, weights).sum()) as tf.Scalar };
      });
      tf.dispose([terms, gradients]);
    };
    step();
    const before = tensorCount();
    step();
    assert.deepEqual(tensorCount(), before, form);
  }));
