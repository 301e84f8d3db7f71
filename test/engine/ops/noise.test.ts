import assert from "node:assert/strict";
import { before, test } from "node:test";
import { normalNoise, uniformNoise } from "../../../lib/engine/ops/noise.js";
import { startEngine } from "../../../lib/engine/start.js";
import { inEveryForm } from "../forms.js";

before(() => startEngine());

test("noise is standard normal, decided by its seed", () =>
  inEveryForm(async (form) => {
    const count = 100_000;
    const values = Array.from(await normalNoise([100, 1000], [1, 2]).data());
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / count;
    // Standard errors of the first four moments: 1, √2, √15, √96, over √count.
    for (const [power, expected, spread] of [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ])
      assert.ok(
        Math.abs(moment(power) - expected) < 4 * Math.sqrt(spread / count),
        `${form}: moment ${power} is ${moment(power)}`,
      );
    assert.deepEqual(Array.from(await normalNoise([100, 1000], [1, 2]).data()), values, `${form}: drawn again`);
    const other = await normalNoise([100, 1000], [1, 3]).data();
    const correlation = values.reduce((sum, value, i) => sum + value * other[i], 0) / count;
    assert.ok(Math.abs(correlation) < 4 / Math.sqrt(count), `${form}: correlation of two seeds is ${correlation}`);
  }));

test("uniform noise lies in [0, 1), a tenth in every tenth of it, decided by its seed", () =>
  inEveryForm(async (form) => {
    const count = 100_000;
    const values = Array.from(await uniformNoise([100, 1000], [1, 2]).data());
    const tenths = new Int32Array(10);
    for (const value of values) tenths[Math.floor(10 * value)] += 1;
    assert.equal(
      tenths.reduce((sum, n) => sum + n),
      count,
      form,
    );
    for (const n of tenths) assert.ok(Math.abs(n - count / 10) < 4 * Math.sqrt(0.09 * count), `${form}: ${tenths}`);
    assert.deepEqual(Array.from(await uniformNoise([100, 1000], [1, 2]).data()), values, form);
    assert.notDeepEqual(Array.from(await uniformNoise([100, 1000], [1, 3]).data()), values, form);
  }));
