import { Problem } from "../../problem.js";
import { gridGroups } from "../../samplers/groups.js";
import { variances } from "../../samplers/variance.js";
import { summary } from "../../statistics/summary.js";
import type { Config } from "../../training/config/schema.js";
import { fixed, percent } from "../../written.js";
import { withContrast } from "./contrastAt.js";
import type { LossField } from "./lossField.js";

/** What SG and SAG save for one class where its pixels are grouped in some way. */
export interface GroupedGain {
  title: string;
  by: keyof typeof names;
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
        kinds.flatMap((by) => {
          const population = queries[field.class];
          const isSame = population.pixels.every((pixel, i) => pixel === field.population.pixels[i]);
          if (!isSame || population.pixels.length !== field.population.pixels.length)
            throw new Problem(
              `groupings: found losses of other pixels of ${field.title} than step ${step} has, expected those of this run's step`,
            );
          const groups = by === "gridOfImage" ? gridGroups(population, { scope: "image" }) : cut[by](population);
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

const names = {
  grid: "grid over the batch",
  gridOfImage: "grid in each image",
  superpixels: "superpixels of each image",
  clusters: "clusters of features",
};

const kinds = ["grid", "gridOfImage", "superpixels", "clusters"] as const;

/** What each grouping leaves, in a sentence. */
export function groupingFinding(found: readonly GroupedGain[]): string {
  const mean = (by: string, of: (gain: GroupedGain) => number) =>
    summary(found.filter((one) => one.by === by).map(of)).mean;
  const sorted = kinds.map((by) => ({ by, left: mean(by, ({ sg }) => sg) })).sort((a, b) => a.left - b.left);
  const words = sorted.map(
    ({ by, left }) =>
      `${percent(left, 1)} with the ${names[by]} (${fixed(
        mean(by, ({ groups }) => groups),
        0,
      )} groups)`,
  );
  return `On this batch SG leaves of NS's variance, mean of the classes: ${words.join(", ")}. More groups leave less, so only like numbers of groups compare.`;
}
