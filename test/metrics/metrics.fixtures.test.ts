import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Mask } from "../../lib/metrics/mask.js";
import { score } from "../../lib/metrics/score.js";
import { hausdorff, surfaceDistances } from "../../lib/metrics/surface.js";
import { fixtures } from "../fixtures.js";

interface Percase {
  dice: number;
  jc: number;
  hd95: number;
  asd: number;
}

interface Raw {
  voxelspacing: number[] | null;
  dc: number;
  jc: number | string;
  asd: number | string;
  asd_reversed?: number;
  assd: number | string;
  hd95: number | string;
  hd: number | string;
  surface_distances_sorted?: number[];
}

interface Cases {
  cases: { name: string; shape: number[]; prediction: number[]; ground_truth: number[]; test_2D_percase: Percase; raw: Raw[] }[];
}

const near = (found: number | null, expected: number, what: string) =>
  assert.ok(found !== null && Math.abs(found - expected) <= 1e-6 * Math.max(1, Math.abs(expected)), `${what}: found ${found}, expected ${expected}`);

for (const { name, data } of fixtures<Cases>("metrics")) {
  for (const { name: title, shape, prediction, ground_truth, test_2D_percase: percase, raw } of data.cases) {
    describe(`${name}: ${title}`, () => {
      const mask = (values: number[]): Mask => ({ data: Uint8Array.from(values), shape });
      const [found, truth] = [mask(prediction), mask(ground_truth)];

      test("the released script's numbers, empty masks as it treats them", () => {
        const released = score(found, truth, { emptyPolicy: "released2d" });
        near(released.dice, percase.dice, "dice");
        near(released.jaccard, percase.jc, "jaccard");
        near(released.hd95, percase.hd95, "hd95");
        near(released.asd, percase.asd, "asd");
      });

      for (const { voxelspacing, ...expected } of raw) {
        if (typeof expected.asd === "string") continue;
        test(`medpy's distances at a spacing of ${voxelspacing ?? "one voxel"}`, () => {
          const spacing = voxelspacing ?? undefined;
          const { dice, jaccard, asd, asdReverse, assd, hd95 } = score(found, truth, { spacing });
          const pairs = { dc: dice, jc: jaccard, asd, asd_reversed: asdReverse, assd, hd95 };
          for (const [key, value] of Object.entries(pairs)) near(value, Number(expected[key as keyof typeof expected]), key);
          const distances = surfaceDistances(found, truth, spacing);
          near(hausdorff(distances, 100), Number(expected.hd), "hd");
          const sorted = [...distances.toTruth].sort((a, b) => a - b);
          for (const [i, distance] of (expected.surface_distances_sorted ?? []).entries()) near(sorted[i], distance, `distance ${i}`);
        });
      }
    });
  }
}
