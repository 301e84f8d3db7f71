import type { Config } from "./schema.js";

/** Optimiser steps of a run in words, those of its pre-trainings first: "100 + 200". */
export const updatesOf = (config: Pick<Config, "steps" | "pretraining">): string =>
  [...before(config), config.steps].join(" + ");

const before = ({ pretraining }: Pick<Config, "pretraining">): number[] =>
  pretraining ? [...before(pretraining), pretraining.steps] : [];
