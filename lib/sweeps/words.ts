import { duration } from "../written.js";
import type { Standing, SweepStatus } from "./status.js";

/** "12 of 45 finished · 4 running · 29 waiting · about 3 h left". */
export function summary({ trainings, counts, secondsLeft }: SweepStatus): string {
  const { finished, running, waiting, half, lost, failed, diverged } = counts;
  const parts = [
    `${finished} of ${trainings.length} finished`,
    ...[`${running} running`, `${waiting} waiting`, `${half} half done, waiting`, `${lost} lost`],
    ...[`${failed} failed`, `${diverged} diverged`],
  ].filter((part, at) => at === 0 || !part.startsWith("0 "));
  return [...parts, ...(secondsLeft === undefined ? [] : [`about ${duration(secondsLeft)} left`])].join(" · ");
}

/** A training that needs attention: what it is, where it was, what happened. */
export function trouble({ title, run, state, step, steps, where, words }: Standing): string {
  const at = step > 0 ? ` at step ${step} of ${steps}` : "";
  return `${state}: ${title} (${run})${at}${where ? `, ${where}` : ""}${words ? `: ${words.trimEnd()}` : ""}`;
}

const most = 20;

/** How a sweep stands, for people: the numbers, then whatever runs, is lost or failed, then what became of workers. */
export function statusLines(name: string, status: SweepStatus): string[] {
  const { trainings, workers } = status;
  const of = (state: Standing["state"]) => trainings.filter((one) => one.state === state);
  const running = of("running").map(
    ({ title, step, steps, where, secondsLeft }) =>
      `running: ${title}, step ${step} of ${steps}, on ${where}${secondsLeft === undefined ? "" : `, ${duration(secondsLeft)} left`}`,
  );
  const troubles = (["lost", "failed", "diverged"] as const).map((state) => of(state).map(trouble));
  const gone = workers.filter(({ state }) => state === "gone");
  const words = gone.map(
    ({ host, pid, task, words }) =>
      `gone: ${task ? `task ${task.id}` : `process ${pid}`} on ${host}, without a word${words ? ` (${words})` : ""}`,
  );
  const failed = workers.filter(({ state, ended }) => state === "ended" && ended && !usual.includes(ended));
  return [
    `${name}: ${summary(status)}`,
    ...[running, ...troubles].flatMap((lines) => [
      ...lines.slice(0, most),
      ...(lines.length > most ? [`… and ${lines.length - most} more`] : []),
    ]),
    ...failed.map(({ host, pid, ended }) => `a worker ended: process ${pid} on ${host}: ${ended}`),
    ...words.slice(-most),
  ];
}

const usual = ["nothing is open", "stopped", "told to stop"];
