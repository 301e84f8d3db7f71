import { escapeHtml } from "../plots/render/escapeHtml.js";
import { validationInWords } from "../training/evaluation/measure.js";
import { fixed } from "../written.js";
import { emit, isNotebook } from "./bundle.js";
import { interruptSignal } from "./interrupt.js";

/** Where a training stands; what the training loop tells. */
export interface Standing {
  step: number;
  steps: number;
  secondsLeft?: number;
  terms?: Readonly<Record<string, number>>;
  validation?: { dice: number };
}

/** Where many trainings stand, some of them side by side; what quick start and tables tell. */
export interface Several {
  /** Those at work. */
  running: readonly {
    title: string;
    job: { config: { steps: number } };
    step: number;
    state: string;
    progress?: { terms: Readonly<Record<string, number>>; validation?: { dice: number } };
  }[];
  /** How many are done, of how many. */
  done: number;
  of: number;
  secondsLeft: number;
}

/** What the work is given: whom to tell, and what stops it. */
export interface Live {
  onProgress: (at: Standing | Several) => void;
  /** Told what stays below the cell, such as that a result was made by other code than today's. */
  onNote: (words: string) => void;
  signal: AbortSignal;
}

let displays = 0;

/**
 * Does some work with live lines below the cell: how far the whole and each training at work is, the loss, the time left; Interrupt aborts `signal`.
 * In the end a line says only that it is done, without times or losses, so that a notebook executed twice holds the same outputs.
 * `await progress("Training", (live) => quickstart({ runs, ...live }))`
 */
export async function progress<T>(title: string, work: (live: Live) => Promise<T>): Promise<T> {
  const id = `arco-progress-${process.pid}-${++displays}`;
  let last = performance.now();
  if (isNotebook()) emit(bars([{ text: `${title}: starting`, part: 0 }]), { id });
  const onProgress = (at: Standing | Several) => {
    const now = performance.now();
    if (!isNotebook() || now - last < 250) return; // a printed line cannot be taken back
    last = now;
    emit(bars(linesOf(title, at)), { id, update: true });
  };
  const notes: string[] = [];
  const onNote = (words: string) => void (notes.includes(words) || notes.push(words));
  const result = await work({ onProgress, onNote, signal: interruptSignal() });
  emit(bars([{ text: `${title}: done`, part: 1 }], notes), { id, update: isNotebook() });
  return result;
}

/** A text with the part that is done, from 0 to 1. */
interface Line {
  text: string;
  part: number;
}

function linesOf(title: string, at: Standing | Several): Line[] {
  if (!("running" in at)) return [{ text: `${title}: ${words(at)}`, part: at.step / at.steps }];
  const { running, done, of, secondsLeft } = at;
  const begun = running.reduce((sum, { step, job }) => sum + step / job.config.steps, 0);
  const whole = [`${done} of ${of} trainings done`, ...left(secondsLeft)].join(" · ");
  return [
    { text: `${title}: ${whole}`, part: (done + begun) / of },
    ...running.map(({ title: own, job, step, state, progress: latest }) => ({
      text: `${own}: ${state === "training" ? words({ ...latest, step, steps: job.config.steps, secondsLeft: undefined }) : state}`,
      part: step / job.config.steps,
    })),
  ];
}

function words({ step, steps, terms, validation, secondsLeft }: Standing): string {
  const loss = terms?.loss === undefined ? [] : [`loss ${fixed(terms.loss, 3)}`];
  const score = validation ? [`validation ${validationInWords(validation)}`] : [];
  return [`step ${step} of ${steps}`, ...loss, ...score, ...left(secondsLeft)].join(" · ");
}

function left(seconds: number | undefined): string[] {
  if (seconds === undefined || !Number.isFinite(seconds)) return [];
  return [seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`];
}

const bars = (lines: readonly Line[], notes: readonly string[] = []) => ({
  "text/html": [
    ...lines.map(
      ({ text, part }) =>
        `<div><progress value="${part.toFixed(3)}" max="1" style="width:16em;vertical-align:middle"></progress> ${escapeHtml(text)}</div>`,
    ),
    ...notes.map((words) => `<div>${escapeHtml(words)}</div>`),
  ].join(""),
  "text/plain": [
    ...lines.map(({ text, part }) => `${String(Math.round(100 * part)).padStart(3)} % ${text}`),
    ...notes,
  ].join("\n"),
});
