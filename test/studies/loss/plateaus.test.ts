import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { alikeFinding, alikeness, meanCosine } from "../../../lib/studies/embedding/alike.js";
import { fullestMap, lossMaps, type PixelLosses } from "../../../lib/studies/loss/map.js";
import {
  classFinding,
  plateauChange,
  plateauFinding,
  plateauRows,
  plateaus,
} from "../../../lib/studies/loss/plateaus.js";
import type { StepApart } from "../../../lib/studies/step/apart.js";
import { resolveConfig } from "../../../lib/training/config/config.js";

const shape = [12, 10] as const;
const size = shape[0] * shape[1];
const label = Int32Array.from({ length: size }, (_, i) => (i % 10 < 3 ? 0 : i % 10 < 6 ? 1 : 2));
const map = (loss: (i: number) => number): PixelLosses => ({
  title: "",
  image: new Float32Array(size),
  shape,
  label,
  loss: Float64Array.from({ length: size }, (_, i) => loss(i)),
});
const close = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-9, `${value} ${expected}`);

test("on perfect plateaus all variance lies between regions; between classes alone only where images agree", () => {
  const [same, other] = [map((i) => label[i]), map((i) => 3 * label[i] + 1)];
  const one = plateaus([same, same]);
  close(one.betweenClasses, 1);
  close(one.betweenRegions, 1);
  const two = plateaus([same, other]);
  close(two.betweenRegions, 1);
  assert.ok(two.betweenClasses < 0.9);
  for (const { border, interior } of one.classes) close(border.sd + interior.sd, 0);
});

test("a loss that knows no regions has next to nothing between them; the shares sum to one", () => {
  const rng = stream(0, "plateaus");
  const found = plateaus(Array.from({ length: 20 }, () => map(() => rng.normal())));
  assert.ok(found.betweenClasses < 0.01);
  assert.ok(found.betweenRegions < 0.05); // of 60 regions in 2,400 pixels
  close(found.betweenRegions + found.atBorders + found.inside, 1);
});

test("a wall along the borders is found there, and pixels without a loss do not count", () => {
  const isBorder = (i: number) => [2, 3, 5, 6].includes(i % 10);
  const found = plateaus([
    map((i) => (i === 0 ? Number.NaN : label[i] + (isBorder(i) ? (-1) ** Math.floor(i / 10) : 0))),
  ]);
  close(found.inside, 0);
  assert.ok(found.atBorders > 0.1);
  assert.equal(found.pixels, size - 1);
  assert.deepEqual(
    found.classes.map(({ border }) => border.pixels),
    [12, 24, 12],
  );
  close(found.classes[1].border.sd, 1);
  assert.equal(plateauRows([{ title: "end", found }], [{ name: "a" }, { name: "b" }, { name: "c" }]).length, 3);
  assert.match(plateauFinding(found), /% of the loss's variance over pixels lies between regions .* 0 % inside/);
});

test("each class is told with its own flatness, and how high its border stands", () => {
  const isBorder = (i: number) => [3, 5].includes(i % 10); // of class 1
  const found = plateaus([map((i) => label[i] + (isBorder(i) ? 0.5 : 0))]);
  const words = classFinding(found, [{ name: "a" }, { name: "b" }, { name: "c" }]);
  assert.match(
    words,
    /a 0.00 ± 0 inside, at the border the same; b 1.00 ± 0 inside, at the border 0.50 higher; c 2.00/,
  );
});

test("a change that seeds do not agree on is called noise, a steady one is not, and one seed says nothing", () => {
  const flat = plateaus([map((i) => label[i])]);
  const of = (betweenRegions: number) => ({ ...flat, betweenRegions });
  const start = [0.5, 0.5, 0.5, 0.5, 0.5].map(of);
  const grown = [0.7, 0.71, 0.69, 0.705, 0.695].map(of);
  assert.match(
    plateauChange(start, grown),
    /grows by 20.0 points \(95 % interval .*: more than the noise of the seeds/,
  );
  assert.match(plateauChange(start.slice(2), grown.slice(2)), /too few seeds for a verdict/);
  assert.match(plateauChange(start, [0.9, 0.2, 0.5, 0.6, 0.4].map(of)), /within the noise of the seeds/);
  assert.match(plateauChange([of(0.5)], [of(0.4)]), /falls by 10.0 points, with one seed/);
  for (const end of [0.5002, 0.4998])
    assert.match(plateauChange([of(0.5)], [of(end)]), /stays the same to a tenth of a point, with one seed/);
});

test("every pixel of a labelled image gets the loss of its own class; unlabelled images and classes without keys none", () => {
  const event = (name: string, values: number[]) => ({ name, values, shape: [values.length], ms: 0 });
  const truth = Int32Array.from({ length: 8 }, (_, i) => [0, 0, 1, 2, 0, 1, 1, 0][i]);
  const apart: StepApart = {
    config: resolveConfig({ method: "arco", preset: "smoke" }),
    step: 0,
    image: Float32Array.from({ length: 12 }, (_, i) => i),
    imageShape: [3, 2, 2, 1],
    label: truth,
    labeled: 2,
    examples: ["a", "b", "c"].map((id, slice) => ({ id, case: id, slice, slices: 3 })),
    events: [
      event("population of class 0", [0, 1, 4, 7, 8]),
      event("population of class 1", [2, 5, 6]),
      event("losses of class 0", [10, 11, 14, 17, 18]),
      event("losses of class 1", [22, 25, 26]),
    ],
    terms: {},
  };
  const maps = lossMaps(apart);
  assert.deepEqual(
    maps.map(({ loss }) => [...Array.from(loss)]),
    [
      [10, 11, 22, Number.NaN],
      [14, 25, 26, 17],
    ],
  );
  assert.deepEqual(Array.from(maps[1].image), [4, 5, 6, 7]);
  assert.equal(fullestMap(maps), 0, "two classes before two pixels of one");
});

test("of volumes every slice along the last axis is a map with rows along y, which says its place in the scan", () => {
  const numbers = Float32Array.from({ length: 2 * 2 * 3 * 4 }, (_, i) => i); // two patches [x, y, z] of 2×3×4
  const event = (name: string) => ({ name, values: numbers, shape: [numbers.length], ms: 0 });
  const maps = lossMaps({
    config: resolveConfig({ network: "vnet", method: "arco", preset: "smoke" }),
    ...{ step: 0, image: numbers, imageShape: [2, 2, 3, 4, 1], label: new Int32Array(24), labeled: 1 },
    examples: ["a", "b"].map((id) => ({ id, case: id, slice: 5, slices: 12 })),
    events: [event("population of class 0"), event("losses of class 0")],
    terms: {},
  });
  assert.deepEqual(
    maps.map(({ title, shape }) => [title, shape]),
    [5, 6, 7, 8].map((slice) => [`a, slice ${slice}`, [3, 2]]),
  );
  for (const { loss, image } of maps) assert.deepEqual(loss, image);
  assert.deepEqual(Array.from(maps[1].loss), [1, 13, 5, 17, 9, 21]);
});

test("pixels that are represented alike have a mean cosine of 1, whatever their lengths; opposite pairs and right angles lower it", () => {
  close(meanCosine([1, 2, 3, 6, 0.5, 1], [3, 2]), 1);
  close(meanCosine([1, 0, 0, 1], [2, 2]), 0);
  close(meanCosine([1, 0, 0, 2, -3, 0], [3, 2]), -1 / 3); // 0, 0 and −1
  const told = (values: number[], of: number) => ({
    name: `representations of class ${of}`,
    values,
    shape: [values.length / 2, 2],
    ms: 0,
  });
  close(alikeness({ events: [told([1, 0], 0), told([0, 2, -3, 0], 1), { ...told([9], 0), name: "keys" }] }), -1 / 3);
  assert.match(
    alikeFinding([0.4, 0.6], [0.99, 0.99]),
    /0.500 at the start, 0.990 at the end. All pixels are represented almost alike/,
  );
  assert.doesNotMatch(alikeFinding([0.4], [0.5]), /alike/);
});
