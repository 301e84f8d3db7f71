import { phantomBenchmarks, phantomPlans } from "../../benchmarks/phantom/index.js";
import { lookUp } from "../../lookUp.js";
import type { JobsOptions } from "../../runs/jobs.js";
import { trainArms } from "../../runs/trainArms.js";
import { type PartialConfig, resolveConfig } from "../../training/config/config.js";
import { measureOf, scoreIn } from "../../training/evaluation/measure.js";
import { fixed, inWords } from "../../written.js";

/** What few labels cost on a phantom: a supervised U-Net (V-Net on volumes) with the fewest labelled cases and with all. */
export interface Hardness {
  phantom: string;
  /** "Dice", or "mIoU" of photographs; both from 0 to 1, of the test cases. */
  measure: string;
  fewest: number;
  few: number | null;
  all: number | null;
}

/** Trains what is missing: two runs a phantom, one seed. Of all eight, or of some by the real benchmark's name. */
export async function phantomHardness(
  names: readonly string[] = Object.keys(phantomPlans),
  { config = {}, ...options }: JobsOptions & { config?: PartialConfig },
): Promise<Hardness[]> {
  const chosen = names.map((name) => lookUp(phantomBenchmarks, `phantom-${name}`, "phantom"));
  const arms = chosen.flatMap(({ name, title, labeledChoices }) =>
    [labeledChoices[0], labeledChoices[labeledChoices.length - 1]].map((labeled) => ({
      title: `${title}, ${labeled} labelled`,
      configs: [resolveConfig({ method: "supervised", ...config, benchmark: name, labeled })],
    })),
  );
  const trained = await trainArms(arms, options);
  return chosen.map(({ title, kind, labeledChoices }, at) => {
    const [few, all] = [2 * at, 2 * at + 1].map((arm) => {
      const [run] = trained[arm].runs;
      return run ? scoreIn(run.metrics) : null;
    });
    return { phantom: title, measure: measureOf({ kind }), fewest: labeledChoices[0], few, all };
  });
}

/** In one sentence: on how many phantoms few labels cost something, and how much. */
export function hardnessFinding(found: readonly Hardness[]): string {
  const costs = found.flatMap(({ few, all }) => (few === null || all === null ? [] : [100 * (all - few)]));
  const [least, most] = [Math.min(...costs), Math.max(...costs)];
  const below = {
    unit: "points",
    more: "below the one with all labels",
    less: "above the one with all labels",
    none: "as good as the one with all labels to a tenth of a point",
  };
  const size =
    fixed(least, 1) === fixed(most, 1)
      ? inWords(most, below)
      : `from ${inWords(least, below)} to ${inWords(most, below)}`;
  return `With the fewest labels a supervised network is ${size}; all labels are better on ${costs.filter((cost) => cost > 0).length} of ${found.length} phantom${found.length === 1 ? "" : "s"} below; one seed each.`;
}
