import cliProgress from "cli-progress";
import type { JobStanding, JobsProgress } from "../runs/jobs.js";
import { validationInWords } from "../training/evaluation/measure.js";
import { duration, fixed } from "../written.js";

/** Shows how some trainings go: a bar for each that is at work in a terminal, elsewhere a line for every twentieth part of each. Everything goes to stderr. */
export interface JobsMeter {
  show(progress: JobsProgress): void;
  /** Prints a line above the bars. */
  say(line: string): void;
  /** Ends the bars, so that other lines can be printed. */
  close(): void;
}

/** A meter for some trainings. */
export const jobsMeter = (): JobsMeter => (process.stderr.isTTY ? bars() : lines());

/** What is said of a training that did not end well, or that waits. */
const troubles = new Set<JobStanding["state"]>(["failed", "diverged", "waiting"]);

function bars(): JobsMeter {
  const whole = "{of} trainings {bar} {value} done · {left} left";
  const format = "{title} {bar} {value}/{total}{more}";
  const shown = new cliProgress.MultiBar(
    { format, stream: process.stderr, hideCursor: true, barsize: 20, gracefulExit: false, linewrap: false },
    cliProgress.Presets.shades_classic,
  );
  const all = new Map<JobStanding["job"], cliProgress.SingleBar>();
  const scores = new Map<JobStanding["job"], string>();
  let first: cliProgress.SingleBar | undefined;
  const say = (line: string) => shown.log(`${line}\n`);
  return {
    say,
    show({ at, running, done, of, secondsLeft }) {
      first ??= shown.create(of, 0, { of, left: "" }, { format: whole });
      first.update(done, { left: duration(secondsLeft) });
      if (at.progress?.validation) scores.set(at.job, ` · val ${validationInWords(at.progress.validation)}`);
      if (!running.includes(at)) {
        const bar = all.get(at.job);
        if (bar) shown.remove(bar);
        all.delete(at.job);
      } else {
        const { steps } = at.job.config;
        const payload = { title: placeOf(at, of), more: `${wordsOf(at)}${scores.get(at.job) ?? ""}` };
        if (!all.has(at.job)) all.set(at.job, shown.create(steps, at.step, payload));
        all.get(at.job)?.update(at.step, payload);
      }
      if (troubles.has(at.state) && at.words) say(`${placeOf(at, of)}: ${at.words}`);
    },
    close: () => shown.stop(),
  };
}

function lines(): JobsMeter {
  const printed = new Map<JobStanding["job"], number>();
  const say = (line: string) => process.stderr.write(`${line}\n`);
  return {
    say,
    show({ at, of, secondsLeft }) {
      const { step, state, progress, words } = at;
      const { steps } = at.job.config;
      if (troubles.has(state) && words) return void say(`${placeOf(at, of)}: ${words}`);
      if (state !== "training" || !progress) return;
      const part = Math.floor((20 * step) / steps);
      if (part === printed.get(at.job) && !progress.validation && step < steps) return;
      printed.set(at.job, part);
      const scored = progress.validation ? `  val ${validationInWords(progress.validation)}` : "";
      const numbers = `${String(step).padStart(String(steps).length)}/${steps}  loss ${fixed(progress.terms.loss, 4)}`;
      const pace = `${fixed(progress.msPerStep / 1000, 2)} s/step`;
      say(`${placeOf(at, of)}  ${numbers}  ${pace}  ${duration(secondsLeft)} left${scored}`);
    },
    close: () => {},
  };
}

const placeOf = ({ number, title }: JobStanding, of: number) => `${number}/${of} ${title}`;

function wordsOf({ state, scored, progress }: JobStanding): string {
  if (state === "testing" && scored) return ` · ${scored.done} of ${scored.cases} test cases`;
  if (state === "waiting") return " · waits for another process";
  return progress ? ` · loss ${fixed(progress.terms.loss, 4)} · ${fixed(progress.msPerStep / 1000, 2)} s/step` : "";
}
