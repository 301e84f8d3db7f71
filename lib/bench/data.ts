import { setImmediate } from "node:timers/promises";
import { createTrainer, openData } from "../runs/workplace.js";
import { openBatches } from "../training/batches/batches.js";
import { batchesOf } from "../training/batches/ofConfig.js";
import { resolveConfig } from "../training/config/config.js";
import { takeStep } from "../training/loop.js";
import { type Bench, timed } from "./bench.js";

/** Training steps on real data: how long they take, and which part of that they wait for their batch. */
export const data: Bench = {
  title: "training steps on real data, and the part of them that waits for the batch",
  defaults: { labeled: 8, unlabeled: 8, steps: 50 },
  async run({ benchmark, labeled, unlabeled, steps }) {
    const config = resolveConfig({
      benchmark,
      method: unlabeled > 0 ? "meanTeacher" : "supervised",
      batch: { labeled, unlabeled },
    });
    const opened = await openData(config);
    const batches = await openBatches(opened, batchesOf(config));
    const trainer = createTrainer(config, opened);
    let waited = 0;
    try {
      const times = await timed(
        steps,
        async (step) => {
          const started = performance.now();
          const batch = await batches.at(step);
          waited = step < warmUp ? 0 : waited + performance.now() - started;
          await takeStep(trainer, batch);
          await setImmediate();
        },
        warmUp,
      );
      const total = times.reduce((sum, ms) => sum + ms, 0);
      return {
        times,
        benchmark,
        labeled,
        unlabeled,
        imageSize: opened.benchmark.imageSize,
        waitedPercent: (100 * waited) / total,
      };
    } finally {
      trainer.dispose();
      await batches.close();
    }
  },
};

const warmUp = 3;
