import type { ArcoOptions } from "../../methods/arco/options.js";
import { Problem } from "../../problem.js";
import { variances } from "../../samplers/variance.js";
import type { Config } from "../../training/schema.js";
import { withContrast } from "./contrastAt.js";
import type { LossField } from "./lossField.js";

/** What SG and SAG save for one class where its pixels are grouped in some way. */
export interface GroupedGain {
  title: string;
  by: ArcoOptions["groups"];
  pixels: number;
  groups: number;
  /** Variances of the mean loss as shares of that of NS. */
  sg: number;
  sag: number;
  neyman: number;
}

/** The variances of a step's losses with groups by the grid, by superpixels of the image and by clusters of the teacher's features, for n queries. Throws a Problem where the fields are of another step. */
export const groupings = (
  config: Config,
  fields: readonly LossField[],
  { runs, n = 256 }: { runs: string; n?: number },
): Promise<GroupedGain[]> => {
  const { step } = fields[0];
  return withContrast(config, { runs, step }, async ({ queries, cut }) =>
    fields
      .filter((field) => field.step === step)
      .flatMap((field) =>
        (["grid", "superpixels", "clusters"] as const).flatMap((by) => {
          const population = queries[field.class];
          const isSame = population.pixels.every((pixel, i) => pixel === field.population.pixels[i]);
          if (!isSame || population.pixels.length !== field.population.pixels.length)
            throw new Problem(
              `groupings: found losses of other pixels of ${field.title} than step ${step} has, expected those of this run's step`,
            );
          const groups = cut[by](population);
          const { ns, sg, sag, neyman } = variances(field.losses, groups, n);
          if (ns === 0) return [];
          const shares = { sg: sg / ns, sag: sag / ns, neyman: neyman / ns };
          return [{ title: field.title, by, pixels: population.pixels.length, groups: groups.count, ...shares }];
        }),
      ),
  );
};

/** Rows of a table. */
export const groupingRows = (found: readonly GroupedGain[]) =>
  found.map(({ title, by, pixels, groups, sg, sag, neyman }) => ({
    class: title,
    "groups by": names[by],
    pixels,
    groups,
    "SG / NS": sg,
    "SAG / NS": sag,
    "Neyman / NS": neyman,
  }));

const names = { grid: "grid", superpixels: "superpixels", clusters: "clusters of features" };

/** Which grouping leaves least variance, in a sentence. */
export function groupingFinding(found: readonly GroupedGain[]): string {
  const kinds = [...new Set(found.map(({ by }) => by))];
  const mean = (by: string) => {
    const own = found.filter((one) => one.by === by);
    return own.reduce((sum, { sg }) => sum + sg, 0) / own.length;
  };
  const sorted = kinds.map((by) => ({ by, left: mean(by) })).sort((a, b) => a.left - b.left);
  const words = sorted.map(({ by, left }) => `${(100 * left).toFixed(1)} % with ${names[by]}`);
  return `On this batch SG leaves of NS's variance, mean of the classes: ${words.join(", ")}.`;
}
