import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { phantomPlans } from "../../lib/benchmarks/phantom/index.js";
import { arco, temporary } from "../cli/arco.js";

// In npm test the mean teacher on two, a medical one and one of photographs; `npm run test:phantoms` takes all eight and
// supervised training too.
const isAll = process.env.ARCO_PHANTOMS === "all";
const names = isAll ? Object.keys(phantomPlans) : ["mmwhs", "sunRgbd"];
const methods = isAll ? ["supervised", "meanTeacher"] : ["meanTeacher"];
const grid = isAll ? [] : ["--set", "data.scale=0.1"]; // coarse, generated in seconds
const runs = temporary();

for (const name of names)
  test(`${name}: ${methods.join(" and ")} train on the phantom and are tested, and every result says that it is one`, async () => {
    for (const method of methods) {
      const words = [
        "--benchmark",
        `phantom-${name}`,
        "--method",
        method,
        "--preset",
        "smoke",
        "--runs",
        runs,
        ...grid,
        "--json",
      ];
      const { status, out, err } = await arco("train", ...words);
      assert.equal(status, 0, err);
      const { run, metrics } = JSON.parse(out);
      assert.deepEqual([metrics.benchmark, metrics.phantom], [`phantom-${name}`, true]);
      assert.ok(metrics.cases.length > 0 && metrics.mean.dice >= 0 && metrics.mean.dice <= 1);
      assert.match(readFileSync(join(run, "config.json"), "utf8"), new RegExp(`"benchmark": "phantom-${name}"`));
    }
  });
