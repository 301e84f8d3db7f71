import { setTimeout as sleep } from "node:timers/promises";
import { placesThere } from "../sweeps/places.js";
import { type SweepStatus, sweepStatus } from "../sweeps/status.js";
import { summary, trouble } from "../sweeps/words.js";
import { progress, type Several } from "./progress.js";

/**
 * Watches a sweep below the cell, wherever its workers are: what runs, how far it is, what failed. It ends when all have ended, or at Interrupt, and gives how
 * the sweep stands then; the sweep itself goes on. `await sweepProgress("table1", { runs })`
 */
export function sweepProgress(
  name: string,
  { runs, everySeconds = 5 }: { runs: string; everySeconds?: number },
): Promise<SweepStatus> {
  const places = placesThere(runs, name);
  return progress(name, async ({ onProgress, onNote, signal }) => {
    for (;;) {
      const status = sweepStatus(places);
      const { running, waiting, half, lost } = status.counts;
      onProgress(severalOf(status));
      if (running + waiting + half + lost === 0 || signal.aborted) {
        onNote(summary(status));
        for (const one of status.trainings.filter(({ state }) => state === "failed" || state === "diverged"))
          onNote(trouble(one));
        return status;
      }
      await sleep(1000 * everySeconds, undefined, { signal }).catch(() => {}); // the signal is looked at above
    }
  });
}

const severalOf = ({ trainings, counts, secondsLeft = Number.NaN }: SweepStatus): Several => ({
  running: trainings
    .filter(({ state }) => state === "running")
    .map(({ title, where, step, steps }) => ({
      title: `${title}, on ${where}`,
      ...{ step, state: "training", job: { config: { steps } } },
    })),
  done: counts.finished + counts.failed + counts.diverged,
  of: trainings.length,
  secondsLeft,
});
