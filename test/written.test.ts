import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hardnessFinding } from "../lib/studies/phantoms/hardness.js";
import { dicePoints, fixed, inWords, percent, plusMinus, probability, signed, significant } from "../lib/written.js";

const value = fc.double({ min: -1000, max: 1000, noNaN: true });
const digits = fc.integer({ min: 0, max: 4 });
const read = (text: string) => Number(text.replace("−", "-"));

test("a number is written with a minus sign, never with a hyphen, and what rounds to zero has no sign", () => {
  fc.assert(
    fc.property(value, digits, (number, places) => {
      for (const text of [fixed(number, places), signed(number, places)]) {
        assert.ok(!text.includes("-"), text);
        assert.ok(Math.abs(read(text) - number) <= 0.5 * 10 ** -places + 1e-9, text);
        assert.ok(read(text) !== 0 || /^0/.test(text), text);
      }
      const text = signed(number, places);
      assert.equal(text[0], read(text) > 0 ? "+" : read(text) < 0 ? "−" : "0");
    }),
  );
});

test("numbers as prose and tables have them", () => {
  assert.deepEqual(
    [
      fixed(-0.0004, 3),
      fixed(-0, 1),
      signed(0.04),
      signed(-0.04),
      signed(-3),
      significant(-0.00123, 2),
      significant(0, 2),
    ],
    ["0.000", "0.0", "0.0", "0.0", "−3.0", "−0.0012", "0"],
  );
  assert.deepEqual(
    [percent(-0.0001), percent(0.456, 1), probability(0.0001), probability(0.04)],
    ["0 %", "45.6 %", "< 0.001", "0.040"],
  );
  assert.deepEqual(
    [
      { n: 2, mean: 0.5, sd: 0.01 },
      { n: 1, mean: -0.00001 },
      { n: 0, mean: Number.NaN },
    ].map((one) => plusMinus(one, 1, 100)),
    ["50.0 ± 1.0", "0.0", "–"],
  );
});

test("a difference is said with its direction, and where it rounds to zero that there is none", () => {
  const words = { unit: "points", more: "better", less: "worse", none: "alike" };
  assert.deepEqual(
    [1.24, -1.26, 0.04, -0.04, 0].map((one) => inWords(one, words)),
    ["1.2 points better", "1.3 points worse", "alike", "alike", "alike"],
  );
  const none = "no difference to a tenth of a Dice point";
  assert.deepEqual([1.24, -0.04, 0.04].map(dicePoints), ["+1.2 Dice points", none, none]);
});

test("what few labels cost on phantoms is said below, above, or as good as", () => {
  const found = (few: number, all: number) => ({ phantom: "p", measure: "Dice", fewest: 1, few, all });
  assert.match(hardnessFinding([found(0.5, 0.6)]), /is 10\.0 points below the one with all labels;/);
  assert.match(hardnessFinding([found(0.6, 0.6002)]), /is as good as the one with all labels to a tenth of a point;/);
  assert.match(hardnessFinding([found(0.7, 0.6), found(0.5, 0.6)]), /from 10\.0 points above .* to 10\.0 points below/);
});
