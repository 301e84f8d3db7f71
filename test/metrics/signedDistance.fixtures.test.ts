import assert from "node:assert/strict";
import { test } from "node:test";
import { signedDistance } from "../../lib/metrics/signedDistance.js";
import { assertClose } from "../engine/numbers.js";
import { fixtures } from "../fixtures.js";

interface SignedDistances {
  cases: { name: string; shape: number[]; mask: string; distance: number[] }[];
}

for (const { name, data } of fixtures<SignedDistances>("signed_distance"))
  for (const { name: title, shape, mask, distance } of data.cases)
    test(`${name}: ${title}, ${shape.join("×")}`, () => {
      const found = signedDistance({ data: Uint8Array.from(mask, Number), shape }, { boundless: "zero" });
      assert.ok(distance.length > 0);
      assertClose(found, distance, 1e-6, title);
    });
