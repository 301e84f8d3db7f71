import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../lib/engine/random.js";

const count = 50_000;
const draws = (draw: () => number) => Array.from({ length: count }, draw);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

test("a stream is decided by its seed and its name, and by nothing else", () => {
  const ten = (...[seed, ...name]: Parameters<typeof stream>) => {
    const rng = stream(seed, ...name);
    return Array.from({ length: 10 }, () => rng.uniform());
  };
  const names: Parameters<typeof stream>[] = [
    [0],
    [1],
    [0, "a"],
    [0, "b"],
    [0, "a", 1],
    [0, "a", 2],
    [0, "a1"],
    [0, "a", "1"],
  ];
  const all = names.map((name) => ten(...name));
  for (const [i, name] of names.entries()) assert.deepEqual(ten(...name), all[i]);
  assert.equal(new Set(all.flat()).size, 10 * names.length);
});

test("uniform numbers have the mean, the variance and the range of their interval", () => {
  const rng = stream(0, "uniform");
  const values = draws(() => rng.uniform(-1, 3));
  assert.ok(values.every((value) => value >= -1 && value < 3));
  assert.ok(Math.abs(mean(values) - 1) < 4 * Math.sqrt(16 / 12 / count));
  assert.ok(Math.abs(mean(values.map((value) => (value - 1) ** 2)) - 16 / 12) < 0.03);
});

test("normal numbers have the first four moments of the standard normal distribution", () => {
  const rng = stream(0, "normal");
  const values = draws(() => rng.normal());
  for (const [power, expected, spread] of [
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
  ])
    assert.ok(
      Math.abs(mean(values.map((value) => value ** power)) - expected) < 4 * Math.sqrt(spread / count),
      `moment ${power}`,
    );
});

test("every integer of a range is drawn equally often", () => {
  const rng = stream(0, "integer");
  const counts = new Map<number, number>();
  for (const value of draws(() => rng.integer(-2, 5))) counts.set(value, (counts.get(value) ?? 0) + 1);
  assert.deepEqual(
    [...counts.keys()].sort((a, b) => a - b),
    [-2, -1, 0, 1, 2, 3, 4],
  );
  const chiSquare = [...counts.values()].reduce((sum, found) => sum + (found - count / 7) ** 2 / (count / 7), 0);
  assert.ok(chiSquare < 22.5, `χ² of 6 degrees of freedom is ${chiSquare}, 0.1 % of draws exceed 22.5`);
});

test("every order of a permutation is drawn equally often", () => {
  const rng = stream(0, "permutation");
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = rng.permutation(4).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 24);
  const chiSquare = [...counts.values()].reduce((sum, found) => sum + (found - 1000) ** 2 / 1000, 0);
  assert.ok(chiSquare < 49.7, `χ² of 23 degrees of freedom is ${chiSquare}, 0.1 % of draws exceed 49.7`);
});

test("integers drawn in bulk are equally frequent, for a range that divides 2³² and for ranges that do not", () => {
  for (const [high, limit] of [
    [8, 24.4],
    [7, 22.5],
    [3 * 2 ** 29, 22.5], // of four words one is drawn again
  ]) {
    const values = new Int32Array(count);
    stream(0, "integers", high).integers(high, values);
    assert.ok(values.every((value) => value >= 0 && value < high));
    const parts = Math.min(high, 7 + Number(high === 8));
    const counts = new Int32Array(parts);
    for (const value of values) counts[Math.floor((value * parts) / high)]++;
    const chiSquare = counts.reduce((sum, found) => sum + (found - count / parts) ** 2 / (count / parts), 0);
    assert.ok(
      chiSquare < limit,
      `below ${high}: χ² of ${parts - 1} degrees of freedom is ${chiSquare}, 0.1 % of draws exceed ${limit}`,
    );
  }
});

test("integers drawn in bulk are the high part of word × range, without the words that would favour some", () => {
  for (const high of [1, 5, 30_000, 2 ** 21 + 1, 3 * 2 ** 29, 2 ** 31]) {
    const words = stream(0, "words", high);
    const word = () => BigInt((words.integer(0, 2 ** 32) + 2 ** 31) % 2 ** 32); // `integer` counts from the lowest signed word
    const expected = Array.from({ length: 200 }, () => {
      let product = word() * BigInt(high);
      while (product % 2n ** 32n < 2n ** 32n % BigInt(high)) product = word() * BigInt(high);
      return Number(product / 2n ** 32n);
    });
    const found = new Int32Array(200);
    stream(0, "words", high).integers(high, found);
    assert.deepEqual([...found], expected);
  }
});

test("every order of a shuffle is equally frequent", () => {
  const rng = stream(0, "shuffle");
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const values = Int32Array.of(1, 2, 3, 4);
    rng.shuffle(values);
    counts.set(values.join(""), (counts.get(values.join("")) ?? 0) + 1);
  }
  assert.equal(counts.size, 24);
  const chiSquare = [...counts.values()].reduce((sum, found) => sum + (found - 1000) ** 2 / 1000, 0);
  assert.ok(chiSquare < 49.7, `χ² of 23 degrees of freedom is ${chiSquare}, 0.1 % of draws exceed 49.7`);
});
