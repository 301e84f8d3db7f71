import type { Config } from "../training/config/schema.js";
import type { Progress } from "../training/loop.js";
import type { Phase } from "./state.js";
import type { TrainRunOptions } from "./training.js";

/** What a training is told, here or in a process of its own. */
export interface Order
  extends Pick<
    TrainRunOptions,
    "runs" | "checkpointEvery" | "keepEvery" | "workers" | "threads" | "sideBySide" | "again" | "goOn"
  > {
  config: Config;
  phase: Phase;
  /** Of the code that is meant: a process that has loaded another one refuses. */
  digest?: string;
}

/** What a process is told: to train, or to stop after the step it is in. */
export type Told = { kind: "train"; order: Order } | { kind: "stop" };

/** What happens while a training is at work; `steps` count the training alone, not what comes before it. */
export type Heard =
  | { kind: "step"; progress: Progress; rss: number }
  | { kind: "case"; done: number; cases: number }
  | { kind: "waiting"; words: string }
  | { kind: "note"; words: string };

/** How a training ended: to its end, at the signal, or in an error, which is a Problem where it has no stack; one of the disk is not the training's own. */
export type Ended =
  | { kind: "finished" }
  | { kind: "stopped" }
  | { kind: "failed"; message: string; stack?: string; disk?: { path: string; reason: string } };

/** What a process says. */
export type Said = Heard | { kind: "ended"; ended: Ended };
