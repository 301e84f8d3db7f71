import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { stream } from "../../lib/engine/random.js";
import { asRows } from "../../lib/engine/rows.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { featuresAt } from "../../lib/heads/pixels.js";
import { representation } from "../../lib/heads/representation.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { fixtures } from "../fixtures.js";
import { channelsFirst, channelsLast, type Printed } from "../torch.js";

/** The representation head of the reference implementation with its gradients, see fixtures/README.md. */
interface Pyramid {
  fea_dim: number[];
  output_dim: number;
  weights: Record<string, Printed>;
  features: Printed[];
  output: Printed;
  cotangent: Printed;
  grad_weights: Record<string, Printed>;
  grad_features: Printed[];
}

before(() => startEngine());

/** A 1×1 convolution's weight (out, in, 1, …) as a matrix [in, out]. */
const matrixOf = ({ shape, data }: Printed): tf.Tensor => tf.tensor2d(data, [shape[0], shape[1]]).transpose();

// Each by its name: of one that is missing nothing would be said.
for (const { name, data } of ["fpn_2d", "fpn_3d"].flatMap((one) => fixtures<Pyramid>(one))) {
  const head = representation({ widths: data.fea_dim, outputs: data.output_dim });

  const setUp = () => {
    const params = head.init(stream(0, "head"));
    for (const [level, variable] of params.levels.entries())
      variable.assign(matrixOf(data.weights[`fea${level}.weight`]));
    return { params, features: data.features.map((map) => tf.variable(channelsLast(map))) };
  };

  const check = async (form: string, rows: (set: ReturnType<typeof setUp>) => tf.Tensor) => {
    const { params, features } = setUp();
    const shape = channelsLast(data.output).shape;
    const { terms, gradients } = lossAndGradients([...params.levels, ...features], () => {
      const output = tf.keep(rows({ params, features }).reshape(shape));
      return { loss: output.mul(channelsLast(data.cotangent)).sum() as tf.Scalar, output: output as tf.Scalar };
    });
    assertClose(await channelsFirst(terms.output), data.output.data, 1e-5, `${form}: output`);
    for (const level of params.levels.keys()) {
      const expected = await matrixOf(data.grad_weights[`fea${level}.weight`]).data();
      assertClose(await gradients[level].data(), expected, 1e-4, `${form}: gradient of matrix ${level}`);
      const ofMap = await channelsFirst(gradients[params.levels.length + level]);
      assertClose(ofMap, data.grad_features[level].data, 1e-4, `${form}: gradient of map ${level}`);
    }
  };

  test(`${name}: the dense head, its gradients included, is the reference's`, () =>
    inEveryForm((form) => check(form, ({ params, features }) => head.dense(params, features))));

  test(`${name}: so is the head at every pixel`, () =>
    inEveryForm((form) =>
      check(form, ({ params, features }) => {
        const finest = asRows(features[features.length - 1]).shape[0];
        const pixels = Int32Array.from({ length: finest }, (_, pixel) => pixel);
        return featuresAt(features, pixels).matMul(head.matrix(params));
      }),
    ));

  test(`${name}: and at some of them, in whatever order`, () =>
    inEveryForm(async (form) => {
      const { params, features } = setUp();
      const dense = asRows(channelsLast(data.output));
      const rng = stream(0, "sampled pixels");
      const pixels = Int32Array.from({ length: 40 }, () => rng.integer(0, dense.shape[0])); // some come twice
      const found = featuresAt(features, pixels).matMul(head.matrix(params));
      const expected = tf.gather(dense, tf.tensor1d(pixels, "int32"));
      assertClose(await found.data(), await expected.data(), 1e-5, form);
    }));
}
