import { dirname, join } from "node:path";
import type { Config } from "../training/config/schema.js";
import { readSessions, readStarted } from "./run.js";

/** What a part of a training has cost. */
export interface Cost {
  /** Optimiser steps. */
  updates: number;
  /** Images through the student, forwards and backwards. */
  images: number;
  /** As measured, with whatever else the machine did. */
  seconds: number;
}

/** What the pre-trainings have cost of the run of a config in a folder beside theirs. */
export function costBefore(folder: string, config: Pick<Config, "pretraining">): Cost {
  const { pretraining } = config;
  if (!pretraining) return { updates: 0, images: 0, seconds: 0 };
  const started = readStarted(folder);
  const own = started ? join(dirname(folder), started.run) : undefined;
  const earlier = own ? costBefore(own, pretraining) : { updates: 0, images: 0, seconds: 0 };
  return {
    updates: earlier.updates + pretraining.steps,
    images: earlier.images + pretraining.steps * (pretraining.batch.labeled + pretraining.batch.unlabeled),
    seconds: earlier.seconds + (own ? secondsAt(readSessions(own), pretraining.steps) : 0),
  };
}

/** Time until a step is done, each session's evenly over its steps; a session that still runs has none yet. */
export function secondsAt(times: ReturnType<typeof readSessions>, step: number): number {
  return times.reduce((sum, { fromStep, toStep, trainSeconds }) => {
    const share = (Math.min(step, toStep) - fromStep) / Math.max(1, toStep - fromStep);
    return sum + Math.max(0, Math.min(1, share)) * trainSeconds;
  }, 0);
}
