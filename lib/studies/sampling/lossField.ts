import { benchmarks } from "../../benchmarks/index.js";
import { lookUp } from "../../lookUp.js";
import type { Population } from "../../samplers/population.js";
import type { StepApart } from "../step/apart.js";
import { byClass } from "../step/events.js";

/** What the contrastive loss is at every pixel that a sampler may draw for a class, in one step of a run. */
export interface LossField {
  /** Which training it is of, where fields of several are put together. */
  training?: number;
  step: number;
  class: number;
  /** Name of the class. */
  title: string;
  population: Population;
  losses: ArrayLike<number>;
  /** Projections of each pixel's gradient on random directions; the mean of their variances stands for the gradient's. */
  gradients: readonly ArrayLike<number>[];
}

/** The fields of all classes of some steps that were taken apart; a class of a single pixel leaves nothing to draw and is left out. */
export const lossFields = (steps: readonly StepApart[]): LossField[] =>
  steps.flatMap((apart) => {
    const { classes } = lookUp(benchmarks, apart.config.benchmark, "benchmark");
    const losses = byClass(apart, "losses");
    const gradients = byClass(apart, "gradients");
    return byClass(apart, "population")
      .filter(({ values }) => values.length > 1)
      .map(({ class: of, values }) => ({
        step: apart.step,
        class: of,
        title: classes[of].name,
        population: { pixels: Int32Array.from(values), shape: apart.imageShape.slice(1, -1) },
        losses: losses.find((one) => one.class === of)?.values ?? [],
        gradients: gradients.filter((one) => one.class === of).map((one) => one.values),
      }));
  });

/** The field with most pixels among those of structures, the background left out where there are others. */
export function largestStructure(fields: readonly LossField[]): LossField {
  const structures = fields.filter((field) => field.class > 0);
  const among = structures.length > 0 ? structures : fields;
  return among.reduce((a, b) => (b.population.pixels.length > a.population.pixels.length ? b : a));
}
