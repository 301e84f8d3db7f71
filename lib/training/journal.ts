import type { Config } from "./config/schema.js";

/** One line of log.jsonl: numbers by name, or a validation; never a time of day or a duration, so that equal runs have equal logs. */
export type LogRow = { step: number } & Readonly<Record<string, unknown>>;

/** Checkpoints of a run: where it stands, the best on validation, and those of steps that were to be kept. */
export type CheckpointName = "last" | "best" | `step-${number}`;

/** What the training loop needs of a run on disk (implemented by runs/run.ts). */
export interface Journal {
  readonly folder: string;
  readonly config: Config;
  /** Path of a checkpoint inside the run's folder. */
  checkpoint(name: CheckpointName): string;
  /** Appends one row to log.jsonl. */
  appendLog(row: LogRow): void;
  /** Length of log.jsonl in bytes. Everything up to there is on the disk itself once `syncLog` has returned. */
  readonly logBytes: number;
  /** Forces the log to the disk and returns its length: call it before a checkpoint that quotes that length. */
  syncLog(): number;
  /** Cuts the log back to the length that a checkpoint quotes (0 without a checkpoint). Throws a Problem when it is shorter. */
  truncateLog(bytes: number): void;
}
