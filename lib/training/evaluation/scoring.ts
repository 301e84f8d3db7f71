import type { Benchmark, Case } from "../../benchmarks/benchmark.js";
import type { Volume } from "../../images/volume.js";
import type { EmptyPolicy } from "../../metrics/empty.js";
import { confusion } from "../../metrics/overlap.js";
import { type PooledIoU, scoreCounts, summarisePooled } from "../../metrics/pooled.js";
import { type Score, scoreVolume } from "../../metrics/score.js";
import { type Summarised, summarise } from "../../metrics/summarise.js";

/** Scores the cases of a set one by one. */
export interface Scorer {
  /** The classes that are scored. */
  classes: string[];
  /** The scores of a case, one a class. */
  add(prediction: Volume<Uint8Array>, truth: Case["label"]): Score[];
  /** All cases so far in short. */
  result(): Summarised & { miou?: PooledIoU };
}

/**
 * How a kind of benchmark is scored. Volumes: every foreground class in each, then means. Photographs: every class, the first too, with all pixels in one
 * confusion matrix (the paper's mIoU), and no distances.
 */
export function scorerOf(
  { kind, classes }: Pick<Benchmark, "kind" | "classes">,
  { unit, emptyPolicy }: { unit: "mm" | "voxel"; emptyPolicy: EmptyPolicy },
): Scorer {
  const cases: Score[][] = [];
  const names = classes.map(({ name }) => name);
  if (kind === "photographs") {
    const total = new Float64Array(names.length ** 2);
    return {
      classes: names,
      add(prediction, truth) {
        const counts = confusion(prediction.data, truth.data, names.length);
        for (const i of total.keys()) total[i] += counts[i];
        cases.push(scoreCounts(counts, emptyPolicy));
        return cases[cases.length - 1];
      },
      result: () => summarisePooled(cases, total),
    };
  }
  return {
    classes: names.slice(1),
    add(prediction, truth) {
      const spacing = unit === "mm" ? truth.spacingMm : [1, 1, 1];
      cases.push(scoreVolume(prediction, truth, names.length, { spacing, emptyPolicy }));
      return cases[cases.length - 1];
    },
    result: () => summarise(cases),
  };
}
