import cliProgress from "cli-progress";
import { validationInWords } from "../training/evaluation/measure.js";
import type { Progress } from "../training/loop.js";
import { duration, fixed, percent } from "../written.js";

/** Shows how a training goes: a bar in a terminal, elsewhere a line for every twentieth part. Everything goes to stderr. */
export interface Meter {
  show(progress: Progress, secondsLeft?: number): void;
  /** Says how far the test is, in a terminal. */
  scored(done: number, cases: number): void;
  /** Ends the bar, so that other lines can be printed. */
  close(): void;
}

/** A meter with a title. */
export function meter(title: string): Meter {
  return process.stderr.isTTY ? bar(title) : lines(title);
}

function bar(title: string): Meter {
  const format = `${title} {bar} {value}/{total} · loss {loss} · {pace} s/step · {left} left{validation}`;
  const shown = new cliProgress.SingleBar(
    { format, stream: process.stderr, hideCursor: true, barsize: 24, gracefulExit: false },
    cliProgress.Presets.shades_classic,
  );
  let begun = false;
  let validation = "";
  return {
    show(progress, secondsLeft = progress.secondsLeft) {
      if (!begun) shown.start(progress.steps, progress.step, words(progress, secondsLeft, validation));
      begun = true;
      if (progress.validation) validation = ` · val ${validationInWords(progress.validation)}`;
      shown.update(progress.step, words(progress, secondsLeft, validation));
    },
    scored(done, cases) {
      if (begun) shown.stop();
      begun = false;
      process.stderr.write(`\r  ${done} of ${cases} test cases scored${done === cases ? "\n" : ""}`);
    },
    close() {
      if (begun) shown.stop();
    },
  };
}

function lines(title: string): Meter {
  let printed = -1;
  return {
    show(progress, secondsLeft = progress.secondsLeft) {
      const { step, steps, validation } = progress;
      const part = Math.floor((20 * step) / steps);
      if (part === printed && !validation && step < steps) return;
      printed = part;
      const { loss, pace, left } = words(progress, secondsLeft, "");
      const scored = validation ? `  val ${validationInWords(validation)}` : "";
      process.stderr.write(
        `${title}  ${String(step).padStart(String(steps).length)}/${steps}  loss ${loss}  ${pace} s/step  ${left} left${scored}\n`,
      );
    },
    scored: () => {},
    close: () => {},
  };
}

/** Shows how many of some things are done, with a part of the one at hand where `done` has one: a bar in a terminal, elsewhere a line for every twentieth part. Everything goes to stderr. */
export function counter(title: string): {
  show(progress: { done: number; of: number; id: string }): void;
  close(): void;
} {
  const started = performance.now();
  const format = `${title} {bar} {counted} · {left} left · {id}`;
  const shown = process.stderr.isTTY
    ? new cliProgress.SingleBar(
        { format, stream: process.stderr, hideCursor: true, barsize: 24, gracefulExit: false },
        cliProgress.Presets.shades_classic,
      )
    : undefined;
  let first: number | undefined;
  let printed = 0;
  return {
    show({ done, of, id }) {
      const part = (value: number) => Math.floor((20 * value) / of);
      if (first === undefined) {
        shown?.start(of, done);
        first = Math.ceil(done) - 1;
        printed = part(first);
      }
      const left = duration((((performance.now() - started) / (done - first)) * (of - done)) / 1000);
      const counted = countOf(done, of);
      shown?.update(done, { id, left, counted });
      if (!shown && part(done) > printed) process.stderr.write(`${title}  ${counted}  ${left} left\n`);
      printed = part(done);
    },
    close: () => shown?.stop(),
  };
}

/** "2/3", and within the next one "2/3 (81 %)". */
const countOf = (done: number, of: number) =>
  `${Math.floor(done)}/${of}${Number.isInteger(done) ? "" : ` (${percent(done / of)})`}`;

const words = ({ terms, msPerStep }: Progress, secondsLeft: number, validation: string) => ({
  loss: fixed(terms.loss, 4),
  pace: fixed(msPerStep / 1000, 2),
  left: duration(secondsLeft),
  validation,
});
