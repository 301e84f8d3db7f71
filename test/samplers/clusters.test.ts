import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stream } from "../../lib/engine/random.js";
import { Problem } from "../../lib/problem.js";
import { clusterGroups } from "../../lib/samplers/clusters.js";
import { squaredDistance } from "../../lib/samplers/lloyd.js";
import { variances } from "../../lib/samplers/variance.js";
import { numbers } from "./samples.js";

/** Rows of two features about four corners, far apart, in turn. */
const corners = {
  rows: Float32Array.from({ length: 400 }, (_, i) => {
    const corner = (i >> 1) % 4;
    return 10 * (i % 2 === 0 ? corner & 1 : corner >> 1) + numbers(400, "corners")[i] / 4;
  }),
  features: 2,
};

test("clusters that lie apart are found, whatever the seed", () => {
  for (let seed = 0; seed < 20; seed++) {
    const { count, label } = clusterGroups(corners, stream(seed, "clusters"), { clusters: 4 });
    assert.equal(count, 4);
    for (const [i, group] of label.entries()) assert.equal(group, label[i % 4]);
  }
});

test("after convergence every row is in the cluster whose mean is nearest", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 6 }), (seed, clusters) => {
      const rows = Float32Array.from(numbers(120, `rows ${seed}`));
      const groups = clusterGroups({ rows, features: 3 }, stream(seed, "k"), { clusters, iterations: 100 });
      const means = Array.from({ length: groups.count }, (_, m) => {
        const members = groups.order.subarray(groups.starts[m], groups.starts[m + 1]);
        return [0, 1, 2].map((f) => members.reduce((sum, i) => sum + rows[3 * i + f], 0) / members.length);
      });
      for (const [i, group] of groups.label.entries()) {
        const distances = means.map((mean) => squaredDistance(rows, i, mean, 0, 3));
        assert.ok(distances[group] <= Math.min(...distances) + 1e-6);
      }
    }),
    { numRuns: 30 },
  );
});

test("eight clusters of a normal quantity leave less than a twentieth of its variance inside them", () => {
  const h = numbers(500, "explained");
  const groups = clusterGroups({ rows: Float32Array.from(h), features: 1 }, stream(0, "explained"), { clusters: 8 });
  assert.ok(variances(h, groups, 16).between > 0.95);
});

test("there are no more clusters than different rows, and the same stream finds the same", () => {
  const equal = { rows: new Float32Array(30).fill(1), features: 3 };
  assert.equal(clusterGroups(equal, stream(0, "equal")).count, 1);
  const two = { rows: Float32Array.of(1, 2, 1, 2, 1), features: 1 };
  assert.deepEqual([...clusterGroups(two, stream(3, "two")).label], [...clusterGroups(two, stream(3, "two")).label]);
  assert.equal(clusterGroups(two, stream(0, "two"), { clusters: 5 }).count, 2);
});

test("rows that do not fit are refused", () => {
  const rng = stream(0, "refused");
  assert.throws(() => clusterGroups({ rows: new Float32Array(7), features: 2 }, rng), Problem);
  assert.throws(() => clusterGroups({ rows: new Float32Array(8), features: 2 }, rng, { clusters: 0 }), Problem);
});
