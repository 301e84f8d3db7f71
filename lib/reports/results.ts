import { curves } from "../plots/charts/curves.js";
import { pairedDifference } from "../plots/charts/pairedDifference.js";
import { spread } from "../plots/charts/spread.js";
import { escapeHtml } from "../plots/render/escapeHtml.js";
import { phantomMark } from "../plots/render/frame.js";
import { Problem } from "../problem.js";
import type { Group } from "../runs/records.js";
import { detectable, versusNoise } from "../statistics/decision.js";
import { measureIn } from "../training/evaluation/measure.js";
import { fixed, measurePoints, plusMinus, probability, range, signed } from "../written.js";
import { codeNotes, markedTitle } from "./codes.js";
import { machineNotes } from "./machines.js";
import { facts, picture, tableOf } from "./page.js";
import { missingForOverlays, testOverlays } from "./pictures.js";
import { type ArmComparison, comparisons, testDice, trainingLoss, validationDice } from "./rows.js";

/** What finished arms reached: table, verdicts, figures. A part of a page. */
export async function results(groups: readonly Group[]): Promise<string> {
  const lines = comparisons(groups);
  const { metrics } = groups[0].runs[0];
  const [{ of, measure }] = lines;
  const phantom = groups.some(({ runs }) => runs.some((run) => run.metrics.phantom));
  return [
    ...(phantom
      ? [`<p class="phantom">${phantomMark}. No number below can be compared with a published one.</p>`]
      : []),
    summaryTable(lines, groups),
    ...[...codeNotes(groups), ...machineNotes(groups)].map((text) => `<p class="warning">${escapeHtml(text)}</p>`),
    ...verdicts(lines).map((text) => `<p>${escapeHtml(text)}</p>`),
    facts([
      [
        "Tested on",
        `${metrics.cases.length} ${metrics.split} cases; mean of ${escapeHtml(metrics.classes.join(", "))}`,
      ],
      ["±", `standard deviation over the ${of}s (n − 1); – where there is one`],
      [
        "Difference",
        `${measure} points against “${escapeHtml(groups[0].title)}” with the same seed${of === "draw" ? " and labelled cases, each draw of these once" : ""}, and its 95 % interval (Student’s t)`,
      ],
      measure === "mIoU"
        ? ["mIoU", "mean over the classes of one confusion matrix of all test photographs"]
        : ["Distances", `in ${metrics.unit === "mm" ? "mm" : "voxels"}`],
      ["p", `paired t-test over the ${of}s, two-sided, corrected for the number of differences in the table (Holm)`],
    ]),
    ...figures(groups, lines),
    await overlays(groups),
  ].join("\n");
}

function summaryTable(lines: readonly ArmComparison[], groups: readonly Group[]): string {
  const [{ measure }] = lines;
  const unit = lines[0].unit === "mm" ? "mm" : "voxels";
  const isDice = measure === "Dice"; // of photographs the mean Jaccard index is the mIoU, and distances are not measured
  const rows = lines.map(({ updates, trainings, score, jaccard, hd95, assd, against, p }, at) => [
    `${escapeHtml(markedTitle(groups[at]))}${updates === undefined ? "" : `<br><span class="soft">${updates} updates</span>`}`,
    trainings.replace(/ seeds?$/, ""),
    plusMinus(score, 1, 100),
    ...(isDice ? [plusMinus(jaccard, 1, 100), plusMinus(hd95, 2), plusMinus(assd, 2)] : []),
    ...(against
      ? [
          hundredfold(against.difference.mean),
          against.difference.interval
            ? `<span class="range">${range(against.difference.interval, hundredfold)}</span>`
            : "–",
        ]
      : ["–", "–"]),
    p === undefined ? "–" : probability(p),
  ]);
  const headings = [
    "",
    lines.some(({ of }) => of === "draw") ? "trainings" : "seeds",
    `${measure} (%)`,
    ...(isDice ? ["Jaccard (%)", `HD95 (${unit})`, `ASSD (${unit})`] : []),
    `difference in ${measure} (points)`,
    "95 % interval (points)",
    "p (Holm)",
  ];
  return tableOf(
    `Mean ± spread over seeds, ${escapeHtml(groups[0].runs[0].metrics.benchmark)}, ${escapeHtml(groups[0].runs[0].metrics.split)} cases`,
    headings,
    rows,
  );
}

const hundredfold = (share: number) => signed(100 * share);

/** What the differences allow to say, in a sentence each. */
function verdicts(lines: readonly ArmComparison[]): string[] {
  const compared = lines.filter(({ against }) => against?.tTest !== undefined).length;
  return lines.flatMap(({ title, measure, against }) => {
    if (!against) return [];
    const { n, mean, sd = 0, interval } = against.difference;
    const what = `${title}: ${measurePoints(100 * mean, measure)} against “${lines[0].title}”`;
    if (!interval) return [`${what}, from one pair of seeds; nothing can be said about the spread.`];
    const least = detectable({ n, sd }, { comparisons: compared });
    const seen = least === undefined ? "" : `; ${fixed(100 * least, 1)} points would have been seen`;
    const ends = `95 % interval ${range(interval, hundredfold)}, ${n} pairs${seen}`;
    return [`${what} (${ends}): ${versusNoise(against, "pairs")}.`];
  });
}

function figures(groups: readonly Group[], lines: readonly ArmComparison[]): string[] {
  const { metrics } = groups[0].runs[0];
  const reached = testDice(groups);
  const [{ measure }] = lines;
  const score = `${measure}, mean of the classes (0 to 1)`;
  const numbers = lines
    .map(({ title, score: { mean }, trainings }) => `${title}: ${fixed(mean, 3)} (${trainings})`)
    .join("; ");
  const shared = groups.filter((_, at) => at === 0 || lines[at].against).map(({ title }) => title);
  const seeds = new Set(groups[0].runs.map(({ seed }) => seed));
  const pairs = reached.filter(({ arm, seed }) => shared.includes(arm) && seeds.has(seed));
  const validation = validationDice(groups);
  const losses = trainingLoss(groups);
  return [
    "<h3>Results by seed</h3>",
    picture(
      spread(reached, { x: score, subtitle: `${measure} on ${metrics.cases.length} ${metrics.split} cases` }),
      `Dots for seeds and means. ${numbers}.`,
    ),
    ...(shared.length > 1
      ? [
          picture(
            pairedDifference(pairs, {
              baseline: groups[0].title,
              x: `difference in ${measure} (0 to 1)`,
            }),
            verdicts(lines).join(" "),
          ),
        ]
      : []),
    "<h3>Training</h3>",
    ...(validation.length > 0
      ? [
          picture(
            curves(validation, { y: score, subtitle: `${measure} on the validation cases during training` }),
            `Curves of the validation ${measure} over optimiser steps, one per arm.`,
          ),
        ]
      : []),
    ...(losses.length > 0
      ? [
          picture(
            curves(losses, { subtitle: "training loss, the sum of all terms, mean of ten steps", y: "loss (no unit)" }),
            "Curves of the training loss over optimiser steps, one per arm.",
          ),
        ]
      : []),
  ];
}

async function overlays(groups: readonly Group[]): Promise<string> {
  const heading = "<h3>Predictions</h3>";
  const without = (reason: string) => `${heading}<p>The predictions cannot be drawn: ${escapeHtml(reason)}</p>`;
  const missing = missingForOverlays(groups);
  if (missing) return without(missing);
  const figure = await testOverlays(groups).catch((error: unknown) => {
    if (error instanceof Problem) return error.message; // a damaged file: the numbers of the run are there all the same
    throw error;
  });
  if (typeof figure === "string") return without(figure);
  const shown =
    measureIn(groups[0].runs[0].metrics) === "mIoU"
      ? "Test photographs with their true masks and those that were predicted"
      : "Slices of test cases, alone, with the truth as outlines, and with the predictions as areas";
  return `${heading}\n${picture(figure, `${shown}, a column for each of: ${groups.map(({ title }) => title).join("; ")}.`)}`;
}
