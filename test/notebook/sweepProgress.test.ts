import assert from "node:assert/strict";
import { test } from "node:test";
import { sweepProgress } from "../../lib/notebook/sweepProgress.js";
import { Problem } from "../../lib/problem.js";
import { placesOf } from "../../lib/sweeps/places.js";
import { extendPlan } from "../../lib/sweeps/plan.js";
import { work } from "../../lib/sweeps/work.js";
import { tiny, tinyJobs } from "../sweeps/tinyJobs.js";
import { temporary } from "../temporary.js";

test("sweepProgress watches until all have ended, and gives how the sweep stands", async () => {
  const runs = temporary("arco-watched-");
  const places = placesOf(runs, "tiny");
  await extendPlan(places, tinyJobs(5), { threads: 1, imports: [] });
  const watched = sweepProgress("tiny", { runs, everySeconds: 0.05 });
  const { signal } = new AbortController();
  assert.equal(await work(places, { signal, train: tiny(20) }), "nothing is open");
  const { counts } = await watched;
  assert.deepEqual([counts.finished, counts.running, counts.waiting], [5, 0, 0]);
  assert.throws(
    () => sweepProgress("tyni", { runs }),
    (error: unknown) => {
      assert.ok(error instanceof Problem);
      assert.match(error.message, /found "tyni", expected one of tiny; did you mean "tiny"\?/);
      return true;
    },
  );
});
