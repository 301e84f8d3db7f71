import { emit, isNotebook } from "./bundle.js";
import { escape } from "./table.js";

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

let displays = 0;

/**
 * A live line below the cell for `onProgress`: which run, how far, the loss, the time left. It is updated in place some times a second.
 * At the end it says only what was done, without times, so that a notebook executed twice holds the same outputs.
 */
export function progress(title = ""): (at: Standing | Series) => void {
  const id = `arco-progress-${process.pid}-${++displays}`;
  let begun = false;
  let last = Number.NEGATIVE_INFINITY;
  return (at) => {
    const { words, share, isDone } = standing(at, title);
    const now = performance.now();
    if (!isNotebook() && !isDone) return; // a printed line cannot be taken back
    if (begun && !isDone && now - last < 250) return;
    last = now;
    emit(bar(words, share), { id, update: begun });
    begun = true;
  };
}

function standing(at: Standing | Series, title: string): { words: string; share: number; isDone: boolean } {
  const series = "progress" in at ? at : undefined;
  const own = "progress" in at ? at.progress : at;
  const { step, steps, terms, validation } = own;
  const [run, runs] = series ? [series.run, series.runs] : [1, 1];
  const isDone = run === runs && step === steps;
  const what = isDone ? title : series ? `run ${run} of ${runs}: ${series.arm.title}, seed ${series.seed}` : title;
  const done = series ? `${runs} runs done` : `${steps} steps done`;
  const now = [`step ${step} of ${steps}`, ...(terms ? [`loss ${terms.loss?.toFixed(3)}`] : []), ...(validation ? [`validation Dice ${validation.dice.toFixed(3)}`] : []), ...left(at.secondsLeft)];
  return { words: [...(what ? [what] : []), ...(isDone ? [done] : now)].join(" · "), share: (run - 1 + step / steps) / runs, isDone };
}

const left = (seconds?: number) => (seconds === undefined || !Number.isFinite(seconds) ? [] : [`${seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`} left`]);

const bar = (words: string, share: number) => ({
  "text/html": `<progress value="${share.toFixed(3)}" max="1" style="width:16em;vertical-align:middle"></progress> ${escape(words)}`,
  "text/plain": `${String(Math.round(100 * share)).padStart(3)} % ${words}`,
});
