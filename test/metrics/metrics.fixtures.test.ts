import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Mask, score } from "../../lib/metrics/score.js";
import { hd, surfaceDistances } from "../../lib/metrics/surface.js";
import { fixtures } from "../fixtures.js";

type Numbers = Record<string, number | string>; // "RuntimeError" where medpy stops

interface Metrics {
  cases: {
    name: string;
    shape: number[];
    prediction: number[];
    ground_truth: number[];
    test_2D_percase: { dice: number; jc: number; hd95: number; asd: number };
    raw: (Numbers & { voxelspacing: number[] | null; surface_distances_sorted?: number[] })[];
  }[];
}

const near = (found: number | null, expected: number, what: string) =>
  assert.ok(
    found !== null && Math.abs(found - expected) <= 1e-6 * Math.max(1, Math.abs(expected)),
    `${what}: found ${found}, expected ${expected}`,
  );

for (const { name, data } of fixtures<Metrics>("metrics"))
  for (const { name: title, shape, prediction, ground_truth, test_2D_percase: released, raw } of data.cases)
    describe(`${name}: ${title}`, () => {
      const mask = (values: number[]): Mask => ({ data: Uint8Array.from(values), shape });
      const [found, truth] = [mask(prediction), mask(ground_truth)];

      test("scores equal the released script's, empty masks as it treats them", () => {
        const { dice, jaccard, hd95, asd } = score(found, truth, { emptyPolicy: "released2d" });
        near(dice, released.dice, "dice");
        near(jaccard, released.jc, "jaccard");
        near(hd95, released.hd95, "hd95");
        near(asd, released.asd, "asd");
      });

      for (const { voxelspacing, surface_distances_sorted: sorted = [], ...expected } of raw)
        test(`distances equal medpy's at a spacing of ${voxelspacing ?? "one voxel"}, and are refused where it stops`, () => {
          const spacing = voxelspacing ?? undefined;
          if (typeof expected.asd === "string") {
            assert.throws(() => surfaceDistances(found, truth, { spacing }), /found an empty mask/);
            return;
          }
          const { dice, jaccard, asd, asdReverse, assd, hd95 } = score(found, truth, { spacing });
          const distances = surfaceDistances(found, truth, { spacing });
          const ours = { dc: dice, jc: jaccard, asd, asd_reversed: asdReverse, assd, hd95, hd: hd(distances) };
          for (const [key, value] of Object.entries(ours)) near(value, Number(expected[key]), key);
          const toTruth = distances.toTruth.slice().sort();
          for (const [i, value] of sorted.entries()) near(toTruth[i], value, `distance ${i}`);
        });
    });
