import assert from "node:assert/strict";
import { test } from "node:test";
import { summary } from "../../lib/statistics/summary.js";
import { near } from "./near.js";

test("a summary equals SciPy's mean, standard deviation, standard error and t interval", () => {
  // x = [.76, .79, .82, .80]; np.mean(x), np.std(x, ddof=1), stats.sem(x), stats.t.interval(.95, 3, np.mean(x), stats.sem(x))
  const { n, mean, sd, standardError, interval } = summary([0.76, 0.79, 0.82, 0.8]);
  assert.equal(n, 4);
  near(mean, 0.7925);
  near(sd, 0.025);
  near(standardError, 0.0125);
  near(interval?.[0], 0.7527194);
  near(interval?.[1], 0.8322806);
});

test("one number has no spread", () => assert.deepEqual(summary([0.5]), { n: 1, mean: 0.5 }));
