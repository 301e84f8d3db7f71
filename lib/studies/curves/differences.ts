import type { Difference } from "../../plots/charts/pairedDifferences.js";
import { replicates } from "../../reports/rows.js";
import { differences, observations } from "../../statistics/replicates.js";
import type { LearningCurves } from "./curves.js";

/** The differences in test Dice that were asked for, in points, a value a pair of draw and seed, as `pairedDifferences` draws them. */
export const differencesOf = ({ arms, verdicts, phantom }: LearningCurves): Difference[] =>
  verdicts.flatMap(({ arm, baseline }) => {
    const [one, other] = [baseline, arm].map((name) => arms.find((found) => found.name === name));
    if (!one || !other) return [];
    const { of, values } = observations(differences(replicates(one), replicates(other)));
    return values.map(({ number, value }) => ({
      arm: other.title,
      against: one.title,
      seed: number,
      value: 100 * value,
      of,
      phantom,
    }));
  });
