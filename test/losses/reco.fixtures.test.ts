import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { gatherRows } from "../../lib/engine/ops/gather.js";
import { asRows } from "../../lib/engine/rows.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { reco, recoSelection } from "../../lib/losses/reco.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { fixtures } from "../fixtures.js";
import { channelsFirst, channelsLast, type Printed } from "../torch.js";

/** ReCo's loss with its recorded draws, see fixtures/README.md. */
interface Case {
  name: string;
  temp: number;
  strong_threshold: number;
  num_queries: number;
  num_negatives: number;
  rep: Printed;
  label: Printed;
  mask: Printed;
  prob: Printed;
  per_class: {
    high: number;
    query_indices: number[];
    negative_class_probs: Printed;
    negative_num_list: number[];
    negative_indices: number[];
  }[];
  loss: number;
  grad_rep: Printed;
}

before(() => startEngine());

for (const { name, data } of fixtures<{ cases: Case[] }>("reco_loss"))
  for (const expected of data.cases)
    test(`${name}, ${expected.name}: class relation, draws, loss and gradient are the reference's`, () =>
      inEveryForm((form) => check(expected, form)));

async function check(expected: Case, form: string): Promise<void> {
  const labels = Int32Array.from(expected.label.data, (label, i) => (expected.mask.data[i] > 0 ? label : -1));
  const probabilities = await channelsLast(expected.prob).data<"float32">();
  const selection = recoSelection(labels, probabilities, { threshold: expected.strong_threshold });
  const [queried, drawn] = [[...expected.per_class], [...expected.per_class]];
  const relations: tf.Tensor[] = [];
  const draws = {
    positions(count: number, n: number) {
      const call = queried.shift() ?? assert.fail(`${form}: a class too many`);
      assert.deepEqual([count, n], [call.high, expected.num_queries], form);
      return Int32Array.from(call.query_indices);
    },
    negatives(relation: tf.Tensor, counts: readonly number[], n: number) {
      const call = drawn.shift() ?? assert.fail(`${form}: a class too many`);
      assert.deepEqual([...counts], call.negative_num_list, form);
      assert.equal(n, call.negative_indices.length, form);
      relations.push(tf.keep(relation));
      return tf.tensor1d(call.negative_indices, "int32");
    },
  };
  const rep = tf.variable(channelsLast(expected.rep));
  const at = (pixels: Int32Array) => gatherRows(asRows(rep), tf.tensor1d(pixels, "int32"));
  const means = (lists: readonly Int32Array[]) => tf.stack(lists.map((pixels) => at(pixels).mean(0)));
  const { terms, gradients } = lossAndGradients([rep], () => ({
    loss: reco(selection, { at, means }, draws, {
      queries: expected.num_queries,
      negatives: expected.num_negatives,
      temperature: expected.temp,
    }),
  }));
  assert.equal(drawn.length, 0, `${form}: a class too few`);
  for (const [i, relation] of relations.entries())
    assertClose(await relation.data(), expected.per_class[i].negative_class_probs.data, 1e-5, `${form}: relation ${i}`);
  assertClose(await terms.loss.data(), [expected.loss], 1e-5, `${form}: loss`);
  assertClose(await channelsFirst(gradients[0]), expected.grad_rep.data, 1e-4, `${form}: gradient`);
}
