import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { enqueue } from "../../lib/engine/ops/enqueue.js";
import { unitRows } from "../../lib/engine/ops/unitRows.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { nearestNeighbor } from "../../lib/losses/nearestNeighbor.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { fixtures } from "../fixtures.js";
import type { Printed } from "../torch.js";

/** The released nearest-neighbour loss as it is and with its sides exchanged, and its pool; see fixtures/README.md. */
interface Case {
  topk: number;
  pool: Printed;
  rep_student: Printed;
  rep_teacher: Printed;
  loss: number;
  swapped: { loss: number; grad_student: Printed };
  enqueue: { ptr_before: number; ptr_after: number; pool_after: Printed };
}

before(() => startEngine());

for (const { name, data } of fixtures<{ cases: Case[] }>("revisiting_loss"))
  for (const [i, expected] of data.cases.entries())
    test(`${name}, case ${i}: both losses, the gradient and the pool are the reference's`, () =>
      inEveryForm(async (form) => {
        const pool = tf.variable(tf.tensor(expected.pool.data, expected.pool.shape));
        const flat = ({ data, shape }: Printed) => tf.tensor(data, [shape[0], data.length / shape[0]]);
        const student = tf.variable(flat(expected.rep_student));
        const teacher = tf.variable(flat(expected.rep_teacher));
        const run = (gradient: "student" | "none") =>
          lossAndGradients([student, teacher], () => ({
            loss: nearestNeighbor(pool, student, teacher, { neighbors: expected.topk, gradient }),
          }));

        const released = run("none");
        assertClose(await released.terms.loss.data(), [expected.loss], 1e-5, `${form}: released`);
        for (const gradient of released.gradients)
          assert.deepEqual(new Set(await gradient.data()), new Set([0]), `${form}: the released loss is a constant`);

        const { terms, gradients } = run("student");
        assertClose(await terms.loss.data(), [expected.swapped.loss], 1e-5, `${form}: neighbours of the teacher`);
        assertClose(await gradients[0].data(), expected.swapped.grad_student.data, 1e-4, `${form}: gradient`);
        assert.deepEqual(new Set(await gradients[1].data()), new Set([0]), `${form}: the teacher learns nothing`);

        const { ptr_before, ptr_after, pool_after } = expected.enqueue;
        enqueue(pool, unitRows(teacher), ptr_before);
        assert.equal((ptr_before + teacher.shape[0]) % pool.shape[0], ptr_after);
        assertClose(await pool.data(), pool_after.data, 1e-6, `${form}: pool`);
      }));
