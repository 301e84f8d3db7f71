import type { Config } from "./schema.js";

/** Optimiser steps of a run, those of its pre-trainings first. */
export const stepsOf = ({ steps, pretraining }: Pick<Config, "steps" | "pretraining">): number[] => [
  ...(pretraining ? stepsOf(pretraining) : []),
  steps,
];

/** The same in words: "100 + 200". */
export const updatesOf = (config: Pick<Config, "steps" | "pretraining">): string => stepsOf(config).join(" + ");
