import type { Difference } from "../../plots/charts/pairedDifferences.js";
import { lastValidation, validationByPatient } from "../../reports/rows.js";
import { fixed, signed } from "../../written.js";
import type { DeviationStudy, Switched } from "./study.js";

/** A row a switch: its Dice on validation beside the lab's, in %, and the difference in pairs of validation cases, in points. */
export function deviationRows({ lab, switched }: DeviationStudy): Record<string, string | number | null>[] {
  const dice = (runs: DeviationStudy["lab"]) =>
    runs.length > 0
      ? (100 * runs.reduce((sum, { folder }) => sum + lastValidation(folder).score, 0)) / runs.length
      : null;
  return [
    {
      "one thing changed": "lab",
      from: "",
      deviation: "",
      seeds: lab.length,
      "validation Dice (%)": dice(lab),
      "difference (points)": "",
      "95 % over validation volumes": "",
    },
    ...switched.map(({ title, from, deviations, runs, diverged, overCases }) => ({
      "one thing changed": title,
      from,
      deviation: deviations.join(", ") || "–",
      seeds: runs.length,
      "validation Dice (%)": dice(runs),
      "difference (points)": overCases
        ? signed(100 * overCases.difference.mean)
        : diverged.length > 0
          ? `diverged at step ${diverged[0].step}`
          : "–",
      "95 % over validation volumes": overCases ? interval(overCases.difference.interval) : "–",
    })),
  ];
}

const interval = (ends: readonly [number, number] | undefined) =>
  ends?.map((end) => signed(100 * end)).join(" to ") ?? "–";

/** The difference of every validation patient in Dice points, as `pairedDifferences` draws them. */
export function deviationDifferences({ lab, switched }: DeviationStudy): Difference[] {
  return switched.flatMap(({ title, runs }) => {
    const pairs = runs.filter(({ seed }) => lab.some((run) => run.seed === seed));
    if (pairs.length === 0) return [];
    const before = validationByPatient(lab.filter(({ seed }) => pairs.some((run) => run.seed === seed)));
    const { phantom } = pairs[0].metrics;
    return validationByPatient(pairs).map((value, at) => ({
      arm: title,
      against: "lab",
      seed: at + 1,
      of: "validation volume" as const,
      value: 100 * (value - before[at]),
      phantom,
    }));
  });
}

/** What the switches changed, a sentence each: beside the spread of the lab's own seeds; which diverged; which are what they must be equal to. */
export function deviationFindings({ benchmark, preset, labeled, lab, apart, switched }: DeviationStudy): string[] {
  const moved = switched.filter(({ overCases }) => overCases !== undefined);
  return [
    ...(apart === undefined
      ? ["The lab has one seed here, so there is no yardstick for what a seed does by itself."]
      : [beside(moved, apart, lab.length)]),
    overCases(moved),
    ...switched.flatMap(({ title, diverged }) =>
      diverged.map(({ seed, step }) => `“${title}” diverges: with seed ${seed} the loss is no number at step ${step}.`),
    ),
    ...switched.flatMap(({ title, equals, isEqual }) =>
      equals && isEqual !== undefined
        ? [
            `“${title}” ${isEqual ? "gives the results of" : "does not give the results of"} “${equals.title}”${isEqual ? " to the last bit: that loss trains nothing" : ""}.`,
          ]
        : [],
    ),
    `One training a switch, preset ${preset}, ${labeled} labelled of ${benchmark}: what matters in longer trainings on ACDC may be something else.`,
  ];
}

const sizeOf = ({ overCases: pairs }: Switched) => pairs?.difference.mean ?? 0;
const named = (found: readonly Switched[]) =>
  found.map((one) => `${one.title} (${signed(100 * sizeOf(one))})`).join(" · ");

function beside(moved: readonly Switched[], apart: number, seeds: number): string {
  const beyond = moved.filter((one) => Math.abs(sizeOf(one)) > apart);
  const size =
    Number(fixed(100 * apart, 1)) === 0 ? "less than a tenth of a Dice point" : `${fixed(100 * apart, 1)} Dice points`;
  const yardstick = `what lies between the best and the worst of the lab's own ${seeds} seeds, ${size}`;
  if (beyond.length === 0) return `No switch moves the Dice by more than ${yardstick}.`;
  return `${beyond.length} of ${moved.length} switches move the Dice by more than ${yardstick}: ${named(beyond)}.`;
}

function overCases(moved: readonly Switched[]): string {
  const clear = moved.filter(({ overCases: pairs }) => {
    const [low, high] = pairs?.difference.interval ?? [0, 0];
    return low > 0 || high < 0;
  });
  const of = `Over the validation volumes, for the trained networks as they are, ${clear.length} of ${moved.length} differences have a 95 % interval without 0`;
  return `${of}${clear.length > 0 ? `: ${named(clear)}` : ""}; another seed may turn the sign, for these intervals know nothing of seeds.`;
}
