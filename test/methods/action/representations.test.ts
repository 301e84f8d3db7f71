import { before, test } from "node:test";
import { lossAndGradients } from "../../../lib/engine/gradients.js";
import { stream } from "../../../lib/engine/random.js";
import { asRows } from "../../../lib/engine/rows.js";
import { startEngine } from "../../../lib/engine/start.js";
import * as tf from "../../../lib/engine/tf.js";
import { hypercolumn } from "../../../lib/heads/hypercolumn.js";
import { representationsOf } from "../../../lib/methods/action/representations.js";
import { inEveryForm } from "../../engine/forms.js";
import { assertClose } from "../../engine/numbers.js";

before(() => startEngine());

const pyramids: Record<string, number[][]> = {
  images: [
    [1, 2],
    [3, 4],
    [5, 8],
  ],
  volumes: [
    [1, 2, 2],
    [3, 4, 3],
    [3, 4, 3],
  ],
};

for (const [name, sizes] of Object.entries(pyramids))
  test(`of ${name}, representations at pixels and their means are those of the dense head, in value and gradient, in one pass or two`, () =>
    inEveryForm(async (form) => {
      const rng = stream(0, "representations");
      const widths = [4, 3, 2];
      const size = sizes[sizes.length - 1];
      const passes = [2, 1].map((images) => ({
        images,
        features: sizes.map((of, level) => {
          const shape = [images, ...of, widths[level]];
          const length = shape.reduce((a, b) => a * b);
          return tf.variable(
            tf.tensor(
              Float32Array.from({ length }, () => rng.normal()),
              shape,
            ),
          );
        }),
      }));
      const head = hypercolumn({ widths, outputs: 5, axes: size.length });
      const params = head.init(stream(0, "head"));
      const count = size.reduce((a, b) => a * b, 3);
      const pixels = Int32Array.from({ length: 20 }, () => rng.integer(0, count)); // some come twice
      const lists = [0, 1].map((of) => Int32Array.from({ length: count }, (_, i) => i).filter((i) => i % 3 === of));
      const joint = () => ({
        images: 3,
        features: sizes.map((_, level) => tf.concat(passes.map(({ features }) => features[level] as tf.Tensor))),
      });
      const dense = () => asRows(head.dense(params, joint().features));
      const sampled = (maps: { images: number; features: tf.Tensor[] }[]) => {
        const { at, means } = representationsOf(maps, { head, params }, size);
        return tf.concat([at(pixels), means(lists)]);
      };
      const expected = () => {
        const all = dense();
        const rows = (of: Int32Array) => tf.gather(all, tf.tensor1d(of, "int32"));
        return tf.concat([rows(pixels), tf.stack(lists.map((list) => rows(list).mean(0)))]);
      };
      const variables = [...passes.flatMap(({ features }) => features), params.first.weight, params.second.weight];
      const [one, ...others] = [expected, () => sampled(passes), () => sampled([joint()])].map((run) =>
        lossAndGradients(variables, () => {
          const value = tf.keep(run());
          const cotangent = tf.sin(tf.range(1, value.size + 1)).reshape(value.shape);
          return { loss: value.mul(cotangent).sum() as tf.Scalar, value: value as tf.Scalar };
        }),
      );
      for (const { terms, gradients } of others) {
        assertClose(await terms.value.data(), await one.terms.value.data(), 1e-5, `${form}: value`);
        for (const [i, gradient] of gradients.entries())
          assertClose(await gradient.data(), await one.gradients[i].data(), 1e-5, `${form}: gradient ${i}`);
      }
    }));
