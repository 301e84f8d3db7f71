import assert from "node:assert/strict";
import { before, test } from "node:test";
import { tensorCount } from "../../../lib/engine/memory.js";
import { enqueue } from "../../../lib/engine/ops/enqueue.js";
import { stream } from "../../../lib/engine/random.js";
import { startEngine } from "../../../lib/engine/start.js";
import * as tf from "../../../lib/engine/tf.js";
import { inEveryForm } from "../forms.js";

before(() => startEngine());

test("a ring buffer holds the last rows put in, as many as it has room for, and no tensor is left over", () =>
  inEveryForm(async (form) => {
    const rng = stream(0, "buffer");
    const capacity = 5;
    const buffer = tf.variable(tf.zeros([capacity, 1]));
    const put: number[] = [];
    const counts = new Set<string>();
    for (const n of [2, 2, 3, 0, 5, 1, 12, 4]) {
      const values = Array.from({ length: n }, () => rng.integer(1, 1000));
      put.push(...values);
      const rows = tf.tensor2d(values, [n, 1]);
      enqueue(buffer, rows, put.length - n);
      rows.dispose();
      const pointer = put.length % capacity;
      const held = Array.from(await buffer.data());
      const oldestFirst = [...held.slice(pointer), ...held.slice(0, pointer)];
      assert.deepEqual(oldestFirst, [0, 0, 0, 0, 0, ...put].slice(-capacity), form);
      counts.add(JSON.stringify(tensorCount()));
    }
    assert.equal(counts.size, 1, `${form}: ${[...counts].join(" ")}`);
  }));

test("rows of any shape go round it, whatever the size of the batches", () =>
  inEveryForm(async (form) => {
    const capacity = 7;
    for (const n of [1, 3, 6, 7, 10, 15]) {
      const buffer = tf.variable(tf.randomNormal([capacity, 2, 2]));
      for (let entered = 0; entered < 40; entered += n) {
        const numbers = Array.from({ length: n }, (_, row) => entered + row);
        const rows = tf.tensor(
          numbers.flatMap((number) => [number, number + 0.25, number + 0.5, -number]),
          [n, 2, 2],
        );
        const before = Array.from(await buffer.data());
        enqueue(buffer, rows, entered);
        const held = Array.from(await buffer.data());
        for (let place = 0; place < capacity; place++) {
          const last = Math.max(...numbers.filter((number) => number % capacity === place));
          const expected = Number.isFinite(last)
            ? [last, last + 0.25, last + 0.5, -last]
            : before.slice(4 * place, 4 * place + 4);
          assert.deepEqual(held.slice(4 * place, 4 * place + 4), expected, `${form}: ${n} after ${entered}`);
        }
      }
    }
  }));
