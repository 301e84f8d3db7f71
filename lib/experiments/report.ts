import { benchmarks } from "../benchmarks/index.js";
import { writeWhole } from "../disk.js";
import { curves } from "../plots/curves.js";
import { escape } from "../plots/escape.js";
import { pairedDifference } from "../plots/pairedDifference.js";
import { spread } from "../plots/spread.js";
import { phantomMark } from "../plots/theme.js";
import { Problem } from "../problem.js";
import type { Summary } from "../statistics/summary.js";
import { choose } from "../training/nearest.js";
import { type ArmRecord, armsOf } from "./arms.js";
import { ownVersion } from "./environment.js";
import { facts, page, picture, tableOf } from "./page.js";
import { missingForOverlays, testOverlays } from "./pictures.js";
import { provenance } from "./provenance.js";
import { listRuns, type RunRecord } from "./records.js";
import { type Comparison, comparisons, type Group, testDice, trainingLoss, validationDice } from "./rows.js";

/**
 * Writes one HTML page on runs (a folder of them, or those named): table, curves, overlays, and how each number was made.
 * The page needs nothing from outside. Throws a Problem where there are no runs; a run that is not finished is named, without numbers.
 */
export async function writeReport(runs: string | readonly RunRecord[], file: string): Promise<void> {
  const records = typeof runs === "string" ? listRuns(runs) : [...runs];
  if (records.length === 0)
    throw new Problem(
      `${typeof runs === "string" ? runs : "report"}: holds no runs; train something first, for example "npx arco quickstart"`,
    );
  const sections: string[] = [];
  for (const arms of comparable(armsOf(records))) sections.push(await section(arms));
  const finished = records.filter(({ metrics }) => metrics).length;
  const title = `ARCO lab: ${finished} finished run${finished === 1 ? "" : "s"} on ${[...new Set(records.map(({ config }) => titleOf(config.benchmark)))].join(", ")}`;
  const intro = `<h1>${escape(title)}</h1>\n<p class="soft">Written by arco ${ownVersion()}. Every number on this page is read from metrics.json of the run folders named below.</p>`;
  writeWhole(file, page(title, [intro, ...sections].join("\n")));
}

const titleOf = (benchmark: string) => choose(benchmarks, benchmark, "benchmark").title;

/** Arms whose numbers may stand in one table: the same data, preset and protocol, scored alike. */
function comparable(arms: readonly ArmRecord[]): ArmRecord[][] {
  const sections = new Map<string, ArmRecord[]>();
  for (const arm of arms) {
    const { benchmark, preset, protocol, data } = arm.config;
    const key = JSON.stringify([benchmark, preset, protocol, data]);
    sections.set(key, [...(sections.get(key) ?? []), arm]);
  }
  return [...sections.values()];
}

async function section(arms: readonly ArmRecord[]): Promise<string> {
  const groups = arms.map(groupOf).filter(({ runs }) => runs.length > 0);
  const { config } = arms[0];
  const heading = `<h2>${escape(titleOf(config.benchmark))} · preset ${config.preset} · protocol ${config.protocol}</h2>`;
  const open = arms.flatMap(({ title, runs }) =>
    runs.filter(({ metrics }) => !metrics).map((run) => unfinished(title, run)),
  );
  const waiting = open.length > 0 ? `<p>Not finished and without numbers here:</p><ul>${open.join("")}</ul>` : "";
  const made = `<h3>How each number was made</h3>\n${arms.flatMap(({ runs }) => runs.map(provenance)).join("\n")}`;
  return [heading, ...(groups.length > 0 ? [await results(groups)] : []), waiting, made].filter(Boolean).join("\n");
}

const groupOf = ({ title, runs }: ArmRecord): Group => ({
  title,
  runs: runs.flatMap(({ folder, config, metrics }) => (metrics ? [{ folder, seed: config.seed, metrics }] : [])),
});

const unfinished = (title: string, { name, config, log }: RunRecord) =>
  `<li>${escape(title)}, seed ${config.seed}: step ${log.at(-1)?.step ?? 0} of ${config.steps} (${escape(name)})</li>`;

async function results(groups: readonly Group[]): Promise<string> {
  const lines = comparisons(groups);
  const { metrics } = groups[0].runs[0];
  const phantom = groups.some(({ runs }) => runs.some((run) => run.metrics.phantom));
  return [
    ...(phantom
      ? [`<p class="phantom">${phantomMark}. No number below can be compared with a published one.</p>`]
      : []),
    summaryTable(lines, groups),
    ...verdicts(lines).map((text) => `<p>${escape(text)}</p>`),
    facts([
      ["Tested on", `${metrics.cases.length} ${metrics.split} cases; mean of ${escape(metrics.classes.join(", "))}`],
      ["±", "standard deviation over the seeds (n − 1); – where there is one seed"],
      [
        "Difference",
        `Dice points against “${escape(groups[0].title)}” with the same seed, and its 95 % interval (Student’s t)`,
      ],
      ["Distances", `in ${metrics.unit === "mm" ? "mm" : "voxels"}`],
    ]),
    ...figures(groups, lines),
    await overlays(groups),
  ].join("\n");
}

function summaryTable(lines: readonly Comparison[], groups: readonly Group[]): string {
  const unit = lines[0].unit === "mm" ? "mm" : "voxels";
  const rows = lines.map(({ title, seeds, dice, jaccard, hd95, assd, against }) => [
    escape(title),
    String(seeds),
    plusMinus(dice, 100, 1),
    plusMinus(jaccard, 100, 1),
    plusMinus(hd95, 1, 2),
    plusMinus(assd, 1, 2),
    ...(against
      ? [
          signed(against.difference.mean),
          against.difference.interval ? against.difference.interval.map(signed).join(" to ") : "–",
        ]
      : ["–", "–"]),
  ]);
  const headings = [
    "",
    "seeds",
    "Dice %",
    "Jaccard %",
    `HD95 (${unit})`,
    `ASSD (${unit})`,
    "difference in Dice, points",
    "95 % interval",
  ];
  return tableOf(
    `Mean ± spread over seeds, ${escape(groups[0].runs[0].metrics.benchmark)}, ${escape(groups[0].runs[0].metrics.split)} cases`,
    headings,
    rows,
  );
}

function plusMinus({ n, mean, sd }: Summary, scale: number, digits: number): string {
  if (n === 0) return "–";
  return `${(mean * scale).toFixed(digits)}${sd === undefined ? "" : ` ± ${(sd * scale).toFixed(digits)}`}`;
}

const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(100 * value).toFixed(1)}`;

/** What the differences allow to say, in a sentence each. */
function verdicts(lines: readonly Comparison[]): string[] {
  return lines.flatMap(({ title, against }) => {
    if (!against) return [];
    const { n, mean, interval } = against.difference;
    const what = `${title}: ${signed(mean)} Dice points against “${lines[0].title}”`;
    if (!interval) return [`${what}, from one pair of seeds; nothing can be said about the spread.`];
    const range = `95 % interval ${interval.map(signed).join(" to ")}, ${n} pairs`;
    return [interval[0] > 0 || interval[1] < 0 ? `${what} (${range}).` : `${what}, within the noise (${range}).`];
  });
}

function figures(groups: readonly Group[], lines: readonly Comparison[]): string[] {
  const results = testDice(groups);
  const dice = "Dice, mean of the classes (0 to 1)";
  const [low, high] = [[...lines].sort(byDice)[0], [...lines].sort(byDice)[lines.length - 1]];
  const range =
    lines.length > 1
      ? `: from ${low.dice.mean.toFixed(3)} (${low.title}) to ${high.dice.mean.toFixed(3)} (${high.title})`
      : ` ${low.dice.mean.toFixed(3)}`;
  const numbers = lines
    .map(({ title, dice: { mean }, seeds }) => `${title}: ${mean.toFixed(3)} (${seeds} seeds)`)
    .join("; ");
  const shared = groups.filter((group, at) => at === 0 || lines[at].against).map(({ title }) => title);
  const seeds = new Set(groups[0].runs.map(({ seed }) => seed));
  const pairs = results.filter(({ arm, seed }) => shared.includes(arm) && seeds.has(seed));
  const validation = validationDice(groups);
  return [
    "<h3>Results by seed</h3>",
    picture(
      spread(results, { title: `Dice on the test cases${range}`, x: dice }),
      `Dots for seeds and means. ${numbers}.`,
    ),
    ...(shared.length > 1
      ? [
          picture(
            pairedDifference(pairs, {
              title: differenceTitle(lines),
              baseline: groups[0].title,
              x: "difference in Dice (0 to 1)",
            }),
            verdicts(lines).join(" "),
          ),
        ]
      : []),
    "<h3>Training</h3>",
    ...(validation.length > 0
      ? [
          picture(
            curves(validation, { title: "Dice on the validation cases during training", y: dice }),
            "Curves of the validation Dice over optimiser steps, one per arm.",
          ),
        ]
      : []),
    picture(
      curves(trainingLoss(groups), { title: "Training loss (sum of all terms, mean of ten steps)", y: "loss" }),
      "Curves of the training loss over optimiser steps, one per arm.",
    ),
  ];
}

const byDice = (a: Comparison, b: Comparison) => a.dice.mean - b.dice.mean;

function differenceTitle(lines: readonly Comparison[]): string {
  const intervals = lines.flatMap(({ against }) => (against?.difference.interval ? [against.difference.interval] : []));
  const clear = intervals.filter(([low, high]) => low > 0 || high < 0).length;
  if (intervals.length === 0)
    return `One pair of seeds each: no spread of the differences to “${lines[0].title}” is known`;
  return `${clear} of ${intervals.length} differences to “${lines[0].title}” ${clear === 1 ? "is" : "are"} larger than the noise of the seeds`;
}

async function overlays(groups: readonly Group[]): Promise<string> {
  const missing = missingForOverlays(groups);
  const heading = "<h3>Predictions</h3>";
  if (missing) return `${heading}<p>The predictions cannot be drawn on this machine: ${escape(missing)}</p>`;
  const figure = await testOverlays(groups);
  return `${heading}\n${picture(figure, `Slices of test cases with the truth as outlines and the predictions as areas, a column for each of: ${groups.map(({ title }) => title).join("; ")}.`)}`;
}
