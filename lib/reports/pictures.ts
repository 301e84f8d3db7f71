import { existsSync } from "node:fs";
import { join } from "node:path";
import { benchmarks } from "../benchmarks/index.js";
import { brightness } from "../images/augment/brightness.js";
import { isUpwards, orientation } from "../images/geometry/orientation.js";
import { readNiftiLabel } from "../images/nifti/index.js";
import type { Volume } from "../images/volume.js";
import { lookUp } from "../lookUp.js";
import { fullestSlice, slicePanel } from "../plots/pictures/contactSheet.js";
import { masks } from "../plots/pictures/masks.js";
import { overlay, type Panel } from "../plots/pictures/overlay.js";
import type { PanelClass } from "../plots/pictures/regions.js";
import type { Figure } from "../plots/render/figure.js";
import type { Look } from "../plots/render/fit.js";
import { predictionPath } from "../runs/assess.js";
import type { Group } from "../runs/records.js";
import { readRun } from "../runs/records.js";
import { openData } from "../runs/workplace.js";
import { measureIn, overlapIn } from "../training/evaluation/measure.js";
import type { Metrics } from "../training/evaluation/metrics.js";
import { fixed } from "../written.js";

/** How many test cases are shown: the first group's worst, best, and those between at equal distances; a single one is its middle. */
export interface OverlayChoice extends Partial<Look> {
  cases?: number;
}

/** Why the overlays of some runs cannot be drawn here; undefined if they can. */
export function missingForOverlays(groups: readonly Group[]): string | undefined {
  const { benchmark: name } = readRun(groups[0].runs[0].folder).config;
  const { folder, message } = lookUp(benchmarks, name, "benchmark").state();
  if (!folder) return message;
  const missing = groups
    .flatMap(({ runs: [{ folder, metrics }] }) => metrics.cases.map(({ id }) => join(folder, ...predictionPath(id))))
    .find((file) => !existsSync(file));
  return (
    missing &&
    `${missing}: no such file; delete metrics.json in the run's folder and give the run's command again: only the evaluation is repeated`
  );
}

/**
 * Predictions of each group's first run on test cases, a row each, a column per group: over the truth in the slice with most of the structure; of photographs
 * masks, after the photograph and its truth. Opens the test cases that the runs were scored on. Throws a Problem where data or predictions are missing.
 */
export async function testOverlays(
  groups: readonly Group[],
  {
    cases = 3,
    title = `Truth and prediction in ${cases === 1 ? "the middle test case" : `${cases} test cases, from the worst to the best,`} of “${groups[0].title}”`,
    ...look
  }: OverlayChoice = {},
): Promise<Figure> {
  const opened = await openData(readRun(groups[0].runs[0].folder).config);
  opened.openTest();
  const { kind, classes } = opened.benchmark;
  const rows: { panels: Panel[]; upwards: boolean }[] = [];
  for (const id of chosen(groups[0].runs[0].metrics, cases)) {
    const seen = await opened.test.read(opened.test.ids.indexOf(id));
    const panels = kind === "photographs" ? photographRow : sliceRow;
    rows.push({ panels: panels(groups, id, seen, classes.length), upwards: isUpwards(orientation(seen.image.affine)) });
  }
  const panels = rows.flatMap((row) => row.panels);
  const common = { title, classes, columns: panels.length / rows.length };
  if (kind === "photographs")
    return masks(panels, { subtitle: "IoU: mean over the classes of the photograph", ...look, ...common });
  const subtitle = "Dice: mean of the classes over the whole volume";
  return overlay(panels, { subtitle, ...look, ...common, upwards: rows[0].upwards, panelPixels: 150 });
}

type Seen = { image: Volume; label: Volume<Uint8Array> };

/** The fullest slice of a test case with the truth and each group's prediction. */
function sliceRow(groups: readonly Group[], id: string, { image, label }: Seen, classes: number): Panel[] {
  const z = fullestSlice(label);
  const seen = brightness(image);
  return groups.map(({ title, runs: [run] }, at) => {
    const which = at === 0 ? `${id}, slice ${z}\n` : ""; // said once in each row
    const words = `${which}Dice ${fixed(caseScore(run.metrics, id), 2)}\n${title}, seed ${run.seed}`;
    const prediction = predicted(run, id, classes);
    return slicePanel(seen, z, { truth: label, prediction, title: words, phantom: run.metrics.phantom });
  });
}

/** A test photograph, its true mask and each group's. */
function photographRow(groups: readonly Group[], id: string, { image, label }: Seen, classes: number): Panel[] {
  const { phantom } = groups[0].runs[0].metrics;
  const panel = (title: string, mask?: Volume<Uint8Array>): Panel => {
    const { spacingMm: _, ...shown } = slicePanel(image, 0, { title, mask, phantom }); // a photograph has no scale
    return shown;
  };
  const own = groups.map(({ title, runs: [run] }) =>
    panel(
      `${title.replace("+", " + ")}, seed ${run.seed}\nIoU ${fixed(caseScore(run.metrics, id), 2)}`,
      predicted(run, id, classes),
    ),
  );
  return [panel(id), panel("truth", label), ...own];
}

const predicted = ({ folder }: Group["runs"][number], id: string, classes: number) =>
  readNiftiLabel(
    join(folder, ...predictionPath(id)),
    Array.from({ length: classes }, (_, number) => number),
  );

/** A scan to be shown with a mask, as `showVolume` takes it. */
export interface TestVolume {
  image: Volume;
  mask: Volume<Uint8Array>;
  classes: readonly PanelClass[];
  title: string;
}

/** The middle test case of a group's first run, by Dice, with the predicted mask and with the true one. Opens it; throws a Problem where data or prediction are missing. */
export async function testVolumes(group: Group): Promise<{ prediction: TestVolume; truth: TestVolume }> {
  const [{ folder, metrics, seed }] = group.runs;
  const opened = await openData(readRun(folder).config);
  opened.openTest();
  const [id] = chosen(metrics, 1);
  const { image, label } = await opened.test.read(opened.test.ids.indexOf(id));
  const { classes, phantom } = opened.benchmark;
  const mask = predicted(group.runs[0], id, classes.length);
  const common = { image, classes };
  const name = phantom ? `${id} (PHANTOM)` : id;
  return {
    prediction: {
      ...{ ...common, mask },
      title: `${name}, ${group.title}, seed ${seed}: Dice ${fixed(caseScore(metrics, id), 2)}`,
    },
    truth: { ...common, mask: label, title: `${name}, truth` },
  };
}

function chosen(metrics: Metrics, count: number): string[] {
  const ids = metrics.cases.map(({ id }) => id).sort((a, b) => caseScore(metrics, a) - caseScore(metrics, b));
  const n = Math.min(count, ids.length);
  return Array.from(
    { length: n },
    (_, i) => ids[Math.round(n === 1 ? (ids.length - 1) / 2 : (i * (ids.length - 1)) / (n - 1))],
  );
}

/** What a case is judged by: the mean Dice of its classes, in a photograph the mean IoU of those that truth or prediction have. */
function caseScore({ cases, miou }: Metrics, id: string): number {
  const measure = measureIn({ miou });
  const all = cases.find((one) => one.id === id)?.scores ?? [];
  const scores = measure === "mIoU" ? all.filter(({ outcome }) => outcome !== "absent") : all;
  return scores.reduce((sum, one) => sum + overlapIn(measure, one), 0) / scores.length;
}
