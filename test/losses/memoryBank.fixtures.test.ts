import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { gatherRows } from "../../lib/engine/ops/gather.js";
import { asRows } from "../../lib/engine/rows.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { type Bank, bankInit, bankSelection, memoryBankContrast, remember } from "../../lib/losses/memoryBank.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { fixtures } from "../fixtures.js";
import { channelsFirst, channelsLast, type Printed } from "../torch.js";

/** The released contrastive loss with its recorded draws, see fixtures/README.md. */
interface Case {
  name: string;
  num_labeled: number;
  num_queries: number;
  num_negatives: number;
  temp: number;
  delta_n: number;
  current_class_threshold: number;
  low_rank: number;
  high_rank: number;
  queue_size: number[];
  rep: Printed;
  rep_teacher: Printed;
  label_l: Printed;
  label_u: Printed;
  prob_l: Printed;
  prob_u: Printed;
  low_mask: Printed;
  high_mask: Printed;
  bank_before: Printed[];
  sampler_calls: { high: number; n: number; indices: number[] }[];
  new_keys_count: number[];
  bank_after: Printed[];
  loss: number;
  grad_rep: Printed;
}

before(() => startEngine());

for (const { name, data } of fixtures<{ cases: Case[] }>("contrastive_"))
  for (const expected of data.cases)
    test(`${name}, ${expected.name}: keys, banks, draws, loss and gradient are the reference's`, () =>
      inEveryForm((form) => check(expected, form)));

async function check(expected: Case, form: string): Promise<void> {
  const probabilities = await tf
    .concat([asRows(channelsLast(expected.prob_l)), asRows(channelsLast(expected.prob_u))])
    .data<"float32">();
  const selection = bankSelection(
    {
      labels: Int32Array.from([...expected.label_l.data, ...expected.label_u.data]),
      labeled: expected.label_l.data.length,
      probabilities,
      low: Uint8Array.from(expected.low_mask.data),
      high: Uint8Array.from(expected.high_mask.data),
    },
    {
      anchorAbove: expected.current_class_threshold,
      keyBelow: expected.delta_n,
      ranks: [expected.low_rank, expected.high_rank],
    },
  );
  assert.deepEqual(
    selection.keys.map(({ length }) => length),
    expected.new_keys_count,
    `${form}: keys`,
  );

  const teacher = asRows(channelsLast(expected.rep_teacher));
  const rowsOf = (rows: tf.Tensor, pixels: Int32Array) => gatherRows(rows, tf.tensor1d(pixels, "int32"));
  const banks = expected.bank_before.map(({ data, shape }, of) =>
    bankInit(expected.queue_size[of], tf.tensor(data, shape)),
  );
  for (const [of, keys] of selection.keys.entries()) if (keys.length > 0) remember(banks[of], rowsOf(teacher, keys));
  for (const [of, { data }] of expected.bank_after.entries())
    assertClose(await oldestFirst(banks[of]), data, 1e-6, `${form}: bank ${of}`);

  const calls = [...expected.sampler_calls];
  const replay = (count: number, n: number) => {
    const call = calls.shift() ?? assert.fail(`${form}: a draw too many`);
    assert.deepEqual([count, n], [call.high, call.n], `${form}: draw`);
    return Int32Array.from(call.indices);
  };
  const rep = tf.variable(channelsLast(expected.rep));
  const { terms, gradients } = lossAndGradients([rep], () => ({
    loss: memoryBankContrast(
      selection,
      banks,
      {
        student: (pixels) => rowsOf(asRows(rep), pixels),
        teacherMeans: (lists) => tf.stack(lists.map((pixels) => rowsOf(teacher, pixels).mean(0))),
      },
      replay,
      { queries: expected.num_queries, negatives: expected.num_negatives, temperature: expected.temp },
    ),
  }));
  assert.equal(calls.length, 0, `${form}: draws left over`);
  assertClose(await terms.loss.data(), [expected.loss], 1e-5, `${form}: loss`);
  assertClose(await channelsFirst(gradients[0]), expected.grad_rep.data, 1e-4, `${form}: gradient`);
}

/** The keys of a bank as the reference lists them. */
async function oldestFirst({ rows, entered }: Bank): Promise<number[]> {
  const [capacity, width] = rows.shape;
  const values = Array.from(await rows.data());
  if (entered <= capacity) return values.slice(0, entered * width);
  const cut = (entered % capacity) * width;
  return [...values.slice(cut), ...values.slice(0, cut)];
}
