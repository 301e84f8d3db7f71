import type { Places } from "../sweeps/places.js";
import { sweepStatus } from "../sweeps/status.js";
import { summary, trouble } from "../sweeps/words.js";
import { note } from "./output.js";

/** Shows how a sweep goes that is trained here: a line whenever its numbers change, and what fails at once. Everything goes to stderr. */
export interface SweepMeter {
  say(line: string): void;
  close(): void;
}

/** Looks at a sweep every other second, or less often where a look takes long. */
export function sweepMeter(places: Places): SweepMeter {
  const told = new Set<string>();
  let last = "";
  let timer: NodeJS.Timeout;
  const look = () => {
    const status = sweepStatus(places);
    for (const one of status.trainings.filter(({ state }) => state === "failed" || state === "diverged")) {
      if (!told.has(one.run)) note(trouble(one));
      told.add(one.run);
    }
    const counts = JSON.stringify(status.counts);
    if (counts !== last) note(summary(status));
    last = counts;
  };
  const show = () => {
    const started = performance.now();
    look();
    timer = setTimeout(show, Math.max(2000, 20 * (performance.now() - started)));
  };
  show();
  return {
    say: note,
    close() {
      clearTimeout(timer);
      look(); // what failed since the last look
    },
  };
}
