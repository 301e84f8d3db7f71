import { escapeHtml } from "../plots/render/escapeHtml.js";
import { fixed } from "../written.js";
import { emit, isNotebook } from "./bundle.js";
import { interruptSignal } from "./interrupt.js";

/** Where a run or a series of runs stands; what the training loop and the quick start tell. */
export interface Standing {
  step: number;
  steps: number;
  secondsLeft?: number;
  terms?: Readonly<Record<string, number>>;
  validation?: { dice: number };
}

/** Which run of how many it is, and the time left for all of them. */
export interface Series {
  run: number;
  runs: number;
  arm: { title: string };
  seed: number;
  secondsLeft: number;
  progress: Standing;
}

/** What the work is given: whom to tell, and what stops it. */
export interface Live {
  onProgress: (at: Standing | Series) => void;
  signal: AbortSignal;
}

let displays = 0;

/**
 * Does some work with a live line below the cell: which run, how far, the loss, the time left; Interrupt aborts `signal`.
 * In the end the line says only that it is done, without times or losses, so that a notebook executed twice holds the same outputs.
 * `await progress("Training", (live) => quickstart({ runs, ...live }))`
 */
export async function progress<T>(title: string, work: (live: Live) => Promise<T>): Promise<T> {
  const id = `arco-progress-${process.pid}-${++displays}`;
  let last = performance.now();
  if (isNotebook()) emit(bar(`${title}: starting`, 0), { id });
  const onProgress = (at: Standing | Series) => {
    const now = performance.now();
    if (!isNotebook() || now - last < 250) return; // a printed line cannot be taken back
    last = now;
    emit(bar(`${title}: ${words(at)}`, share(at)), { id, update: true });
  };
  const result = await work({ onProgress, signal: interruptSignal() });
  emit(bar(`${title}: done`, 1), { id, update: isNotebook() });
  return result;
}

function words(at: Standing | Series): string {
  const { step, steps, terms, validation } = "progress" in at ? at.progress : at;
  const run = "progress" in at ? [`run ${at.run} of ${at.runs} (${at.arm.title}, seed ${at.seed})`] : [];
  const loss = terms?.loss === undefined ? [] : [`loss ${fixed(terms.loss, 3)}`];
  const score = validation ? [`validation Dice ${fixed(validation.dice, 3)}`] : [];
  return [...run, `step ${step} of ${steps}`, ...loss, ...score, ...left(at.secondsLeft)].join(" · ");
}

const share = (at: Standing | Series): number =>
  "progress" in at ? (at.run - 1 + share(at.progress)) / at.runs : at.step / at.steps;

function left(seconds: number | undefined): string[] {
  if (seconds === undefined || !Number.isFinite(seconds)) return [];
  return [seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`];
}

const bar = (text: string, part: number) => ({
  "text/html": `<progress value="${part.toFixed(3)}" max="1" style="width:16em;vertical-align:middle"></progress> ${escapeHtml(text)}`,
  "text/plain": `${String(Math.round(100 * part)).padStart(3)} % ${text}`,
});
