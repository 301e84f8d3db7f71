import assert from "node:assert/strict";
import { before, test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import { poolInit } from "../../lib/pretraining/pool.js";

before(() => startEngine());

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
