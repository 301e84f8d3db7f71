import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { gridGroups } from "../../../lib/samplers/groups.js";
import { populationOf } from "../../../lib/samplers/population.js";
import { cutGains, cutGroups, cutRows, thirdAxisFindings } from "../../../lib/studies/sampling/thirdAxis.js";

const shape = [16, 16, 16];
const population = populationOf(new Uint8Array(2 * 16 ** 3).fill(1), shape); // two volumes

/** A field over both volumes whose losses follow from the place. */
function field(loss: (x: number, y: number, z: number) => number, training = 0) {
  const losses = Float32Array.from(population.pixels, (pixel) =>
    loss(Math.floor(pixel / 256) % 16, Math.floor(pixel / 16) % 16, pixel % 16),
  );
  return { training, step: 0, class: 1, title: "cube", population, losses, gradients: [losses] };
}

const left = (of: ReturnType<typeof field>) =>
  cutGains([of], { n: 256 }).flatMap(({ quantity, sg }) => (quantity === "loss" ? sg : []));

test("as many cells along each axis are the sampler's own grid", () => {
  const rng = stream(0, "some");
  const some = {
    shape: [10, 12, 14],
    pixels: Int32Array.from({ length: 2 * 10 * 12 * 14 }, (_, i) => i).filter(() => rng.uniform() < 0.3),
  };
  const [own, grid] = [cutGroups(some, [4, 4, 4]), gridGroups(some, { cells: 4 })];
  assert.deepEqual([own.count, own.order, own.label], [grid.count, grid.order, grid.label]);
});

test("what differs along the third axis alone is saved by cells of the volume alone, what differs in the plane by those of the plane too", () => {
  const [plane, volume, finer] = left(field((_, __, z) => Math.floor(z / 4)));
  assert.ok(Math.abs(plane - 1) < 1e-9 && volume < 1e-9 && Math.abs(finer - 1) < 1e-9);
  assert.ok(left(field((x, y) => Math.floor(x / 4) - 2 * Math.floor(y / 4))).every((share) => share < 1e-9));
  const [coarse, , fine] = left(field((x) => Math.floor(x / 2)));
  assert.ok(fine < 1e-9 && coarse > 0.01);
});

test("the finding says for each quantity what is saved and whether the third axis is decided to save more", () => {
  const rng = stream(0, "trainings");
  const along = Array.from({ length: 6 }, (_, training) => field((_, __, z) => z + rng.normal(), training));
  const found = thirdAxisFindings(cutGains(along));
  assert.equal(found.length, 4);
  assert.match(
    found[0],
    /mean loss, SG saves .* with 4×4 in the plane, .* with 4×4×4, .* \(6 trainings\)\. The third axis saves more; against as many cells in the plane it saves more\.$/,
  );
  const [one] = thirdAxisFindings(cutGains(along.slice(0, 1)));
  assert.match(
    one,
    /\(one training\)\. The third axis makes a difference that is not decided \(that takes 5 trainings\)/,
  );
  assert.deepEqual(
    cutRows(cutGains(along)).map(({ groups, cells }) => [groups, cells]),
    [...Array(2)].flatMap(() => [
      [16, "4×4 in the plane"],
      [64, "4×4×4"],
      [64, "8×8 in the plane"],
    ]),
  );
});
