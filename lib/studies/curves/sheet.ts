import { benchmarks } from "../../benchmarks/index.js";
import { bestOnValidation, summarised, trainingsInWords } from "../../reports/rows.js";
import { pairsInWords } from "../../statistics/decision.js";
import { summary } from "../../statistics/summary.js";
import type { Grid, Sheet } from "../../tables/formats.js";
import { type Measure, scoreIn } from "../../training/evaluation/measure.js";
import { fixed, measurePoints, plusMinus, probability, range, signed } from "../../written.js";
import type { CurveArm, LearningCurves } from "./curves.js";

/** Where arms end and how they got there, and the differences between them, in every format that tables have. */
export function curvesSheet(found: LearningCurves): Sheet {
  const { arms, title, phantom, measure, config, verdicts, codes } = found;
  const titles = new Map(arms.map(({ name, title: own }) => [name, own]));
  const patients = benchmarks[found.benchmark].patientOf ? "patients" : "cases";
  return {
    title: `How ${arms.map((arm) => arm.title).join(", ")} learn`,
    facts: [
      ["On", `${phantom ? "PHANTOM: " : ""}${title}, ${config.labeled} labelled`],
      [
        "Trained",
        `preset ${config.preset}, protocol ${config.protocol}, ${imagesInWords(found)}, ${optimizerOf(found)}`,
      ],
      ["Tested", "the last weights; beside them those that are best on the validation cases"],
    ],
    grids: [ends(found), ...(verdicts.length > 0 ? [differences(found)] : [])],
    findings: verdicts.map(({ finding, arm, baseline, overCases: { difference } }) => {
      if (measure === "mIoU") return finding; // all photographs are scored together
      const { n, mean, interval } = difference;
      const ends = interval ? ` (95 % ${range(interval, points)})` : "";
      return `${finding} Over the ${n} test ${patients}, ${titles.get(arm)} minus ${titles.get(baseline)}: ${measurePoints(100 * mean, measure)}${ends}.`;
    }),
    notes: [
      ...(phantom ? ["Measured on generated images. No number can be compared with a published one."] : []),
      ...arms.flatMap((arm) => convergence(arm, measure)),
      ...codes,
    ],
    records: arms.flatMap((arm) =>
      arm.points.map(({ seed, draw, updates, images, seconds, score }) => ({
        benchmark: found.benchmark,
        phantom,
        labeled: arm.labeled,
        preset: config.preset,
        protocol: config.protocol,
        arm: arm.title,
        ...{ draw, seed, updates, images, seconds, [`validation_${measure.toLowerCase()}`]: score },
        [`test_${measure.toLowerCase()}`]: testOf(arm, { seed, draw }),
      })),
    ),
  };
}

const points = (value: number) => signed(100 * value);

function testOf({ runs }: CurveArm, { seed, draw }: { seed: number; draw: number }): number | null {
  const found = runs.find((run) => run.seed === seed && run.metrics.labeledSeed === draw);
  return found ? scoreIn(found.metrics) : null;
}

const imagesInWords = ({ config: { data } }: LearningCurves) =>
  data.size === undefined ? "images as prepared" : `images of ${data.size}²`;

const optimizerOf = ({ config: { optimizer } }: LearningCurves) =>
  `${optimizer.kind} at ${optimizer.rate}, schedule ${optimizer.schedule}`;

function ends({ arms, unit, measure }: LearningCurves): Grid {
  const parts = [0.25, 0.5, 0.75, 1];
  return {
    caption: `Mean ± standard deviation over the trainings; ${measure} in %`,
    columns: [
      { name: "" },
      { name: "trainings" },
      { name: "updates" },
      { name: "images" },
      { name: "minutes" },
      ...parts.map((part) => ({ group: "validation, the last by so much of the training", name: `${100 * part} %` })),
      { group: "test", name: measure },
      { group: "test", name: "best on val." },
      { group: "test", name: `ASSD (${unit === "mm" ? "mm" : "voxels"})` },
    ],
    rows: arms.map((arm) => [
      arm.title,
      arm.runs.length === 0
        ? `0 of ${arm.asked}`
        : trainingsInWords(arm.runs) + (arm.runs.length < arm.asked ? ` of ${arm.asked}` : ""),
      arm.updates,
      String(Math.max(0, ...arm.points.map(({ images }) => images))),
      minutesOf(arm),
      ...parts.map((part) => plusMinus(summary(validationAt(arm, part).map(({ score }) => score)), 1, 100)),
      plusMinus(arm.score, 1, 100),
      plusMinus(summarised(arm.runs, bestOnValidation), 1, 100),
      plusMinus(arm.assd, 2),
    ]),
  };
}

/** Time of a training as measured: the mean of those that are finished. */
function minutesOf({ points: all, runs }: CurveArm): string {
  if (runs.length === 0) return "–";
  const last = runs.map(({ seed, metrics: { labeledSeed } }) =>
    Math.max(0, ...all.filter((one) => one.seed === seed && one.draw === labeledSeed).map(({ seconds }) => seconds)),
  );
  return fixed(summary(last).mean / 60, 1);
}

/** The last validation of every training by a part of its updates. */
function validationAt({ points: all, steps }: CurveArm, part: number): { updates: number; score: number }[] {
  const before = steps.slice(0, -1).reduce((sum, count) => sum + count, 0);
  const until = before + part * steps[steps.length - 1];
  const trainings = new Map<string, { updates: number; score: number }>();
  for (const { seed, draw, updates, score } of all)
    if (updates <= until) trainings.set(`${draw} ${seed}`, { updates, score });
  const reached = new Set(all.filter(({ updates }) => updates >= until).map(({ seed, draw }) => `${draw} ${seed}`));
  return [...trainings].filter(([training]) => reached.has(training)).map(([, found]) => found);
}

/** Whether an arm has stopped improving: what the end of its training, from the last validation by three quarters of it on, added on the validation cases. */
function convergence(arm: CurveArm, measure: Measure): string[] {
  const [before, after] = [0.75, 1].map((part) => validationAt(arm, part));
  if (before.length === 0 || after.length === 0) return [];
  const [first, last] = [before, after].map((all) => summary(all.map(({ score }) => score)).mean);
  const gain = 100 * (last - first);
  return [
    `${arm.title}: updates ${before[0].updates} to ${after[0].updates} added ${measurePoints(gain, measure)} on validation${gain > 1 ? ", so that it has not converged" : ""}.`,
  ];
}

function differences({ verdicts, arms, measure }: LearningCurves): Grid {
  const titles = new Map(arms.map(({ name, title }) => [name, title]));
  return {
    caption: `Differences in test ${measure} (points), in pairs of the same draw and seed`,
    columns: ["", "minus", "difference", "95 % interval", "pairs", "smallest detectable", "p (Holm)", "to decide"].map(
      (name) => ({ name }),
    ),
    rows: verdicts.map(({ arm, baseline, of, overSeeds: { difference }, detectable, p, isClear, seedsNeeded }) => [
      titles.get(arm) ?? arm,
      titles.get(baseline) ?? baseline,
      points(difference.mean),
      difference.interval ? range(difference.interval, points) : "–",
      `${difference.n} ${of}${difference.n === 1 ? "" : "s"}`,
      detectable === undefined ? "–" : fixed(100 * detectable, 1),
      p === undefined ? "–" : probability(p),
      isClear ? "decided" : seedsNeeded ? (pairsInWords(seedsNeeded) ?? "no number") : "–",
    ]),
  };
}
