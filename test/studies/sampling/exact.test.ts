import assert from "node:assert/strict";
import { test } from "node:test";
import {
  constructedFields,
  exactFindings,
  exactRows,
  exactVariances,
  isEqual,
} from "../../../lib/studies/sampling/exact.js";

const found = constructedFields.flatMap((field) => exactVariances(field));
const of = (field: string, sampler: string) =>
  found.find((one) => one.field === field && one.sampler === sampler) ?? assert.fail(`${field}, ${sampler}`);

test("on the constructed fields the variance counted over all outcomes is the theorem's to the last binary digit", () => {
  assert.equal(found.length, 9);
  for (const one of found) assert.ok(isEqual(one), `${one.field}, ${one.sampler}: ${one.theory}`);
});

test("NS is counted over every choice of four among 16 pixels, and has the variance σ²/4", () => {
  for (const { name, h } of constructedFields) {
    const { outcomes, counted } = of(name, "ns");
    assert.equal(outcomes, 16 ** 4);
    const sum = BigInt(h.reduce((total, value) => total + value, 0));
    const squares = BigInt(h.reduce((total, value) => total + value ** 2, 0));
    assert.equal(counted.numerator * 16n ** 2n * 4n, counted.denominator * (16n * squares - sum ** 2n));
  }
});

test("partners that are opposite leave SAG no variance, partners that are equal twice that of SG", () => {
  const [odd, even] = constructedFields.map(({ name }) => name);
  assert.equal(of(odd, "sag").counted.numerator, 0n);
  assert.equal(of(odd, "sag").rho, -1);
  assert.equal(of(even, "sag").theory, 2 * of(even, "sg").theory);
  assert.equal(of(even, "sag").rho, 1);
});

test("Theorem 3.2 as printed, without the weights, is not the counted variance of SG on any of them", () => {
  for (const { name } of constructedFields) assert.notEqual(of(name, "sg").printed, of(name, "sg").theory);
});

test("a number that is off in its last digit is not equal", () => {
  const one = of(constructedFields[0].name, "sg");
  assert.ok(!isEqual({ ...one, theory: one.theory * (1 + 2 ** -52) }));
  const off = found.map((row) => (row === one ? { ...row, theory: row.theory * (1 + 2 ** -52) } : row));
  assert.match(exactFindings(off)[0], /^8 of 9 /);
  assert.equal(exactRows(off).filter(({ equal }) => equal === "no").length, 1);
});
