import assert from "node:assert/strict";
import { before, test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { enqueue, poolInit } from "../../lib/pretraining/pool.js";
import { inEveryForm } from "../engine/forms.js";

before(() => startEngine());

test("a pool holds the rows that were put in last, whatever the size of the batches", () =>
  inEveryForm(async (form) => {
    const capacity = 7;
    for (const n of [1, 3, 6, 7, 10, 15]) {
      const pool = poolInit(stream(0, "pool"), [capacity, 2, 2]);
      for (let entered = 0; entered < 40; entered += n) {
        const numbers = Array.from({ length: n }, (_, row) => entered + row);
        const rows = tf.tensor(
          numbers.flatMap((number) => [number, number + 0.25, number + 0.5, -number]),
          [n, 2, 2],
        );
        const before = Array.from(await pool.data());
        enqueue(pool, rows, entered);
        const held = Array.from(await pool.data());
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

test("a pool begins with standard normal numbers that the stream decides", async () => {
  const [values, again, other] = await Promise.all(
    [stream(0, "pool"), stream(0, "pool"), stream(1, "pool")].map((rng) =>
      poolInit(rng, [36, 8, 50]).data<"float32">(),
    ),
  );
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const square = values.reduce((sum, value) => sum + value * value, 0) / n;
  assert.ok(Math.abs(mean) < 4 / Math.sqrt(n), `mean ${mean}`); // 4 standard errors
  assert.ok(Math.abs(square - 1) < 4 * Math.sqrt(2 / n), `mean square ${square}`);
  assert.deepEqual(again, values);
  assert.notDeepEqual(other, values);
});
