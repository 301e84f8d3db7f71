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
import { viewAround } from "../plots/pictures/panel.js";
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
  /** Masks in the place of outlines over the slice, cut to the structure: small in bytes however many arms there are. Photographs are always shown so. */
  isFlat?: boolean;
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
 * Test cases one below the other: the image alone, its truth, and the prediction of each group's first run; of volumes the slice with most of the structure, with the truth as an outline.
 * Opens the test cases that the runs were scored on. Throws a Problem where data or predictions are missing.
 */
export async function testOverlays(
  groups: readonly Group[],
  {
    cases = 3,
    isFlat = false,
    title = `Image, truth and predictions of ${cases === 1 ? "the middle test case" : `${cases} test cases, from the worst to the best,`} of “${groups[0].title}”`,
    subtitle = "",
    ...look
  }: OverlayChoice = {},
): Promise<Figure> {
  const [{ folder, metrics }] = groups[0].runs;
  const opened = await openData(readRun(folder).config);
  opened.openTest();
  const { kind, classes } = opened.benchmark;
  const panelsOf = kind === "photographs" ? photographRow : isFlat ? maskRow : sliceRow;
  const rows: { panels: Panel[]; upwards: boolean }[] = [];
  for (const id of chosen(metrics, cases)) {
    const seen = await opened.test.read(opened.test.ids.indexOf(id));
    const panels = panelsOf(id, seen, predictionsOf(groups, id, classes.length));
    rows.push({ panels, upwards: isUpwards(orientation(seen.image.affine)) });
  }
  const panels = rows.flatMap((row) => row.panels.map((panel) => ({ ...panel, phantom: metrics.phantom })));
  const together = rows[0].panels.length;
  const columns = Math.ceil(together / Math.ceil(together / 9)); // lines of about the same length
  const said = { ...look, title, subtitle: [subtitle, ...marksOf(groups)].filter(Boolean).join("; ") };
  const common = { ...said, classes, together, columns };
  const { upwards } = rows[0];
  if (kind === "photographs") return masks(panels, { ...common, panelPixels: 120 });
  if (isFlat) return masks(panels, { ...common, upwards, panelPixels: 100, isCrisp: true });
  return overlay(panels, { ...common, upwards, panelPixels: 150 });
}

/** The seed of all groups' first runs where it is one. */
function seedOf(groups: readonly Group[]): number | undefined {
  const seeds = new Set(groups.map(({ runs: [{ seed }] }) => seed));
  return seeds.size === 1 ? groups[0].runs[0].seed : undefined;
}

/** What the numbers above the predictions are, and of which seed they are. */
function marksOf(groups: readonly Group[]): string[] {
  const seed = seedOf(groups);
  const isMiou = measureIn(groups[0].runs[0].metrics) === "mIoU";
  return [
    isMiou ? "IoU: mean over the classes of the photograph" : "Dice: mean of the classes over the whole volume",
    ...(seed === undefined ? [] : [`predictions of seed ${seed}`]),
  ];
}

type Prediction = { title: string; prediction: Volume<Uint8Array> };

/** The prediction of each group's first run for a case, with its name and score. */
function predictionsOf(groups: readonly Group[], id: string, classes: number): Prediction[] {
  const isOneSeed = seedOf(groups) !== undefined;
  return groups.map(({ title, runs: [run] }) => {
    const name = `${title.replace("+", " + ")}${isOneSeed ? "" : `, seed ${run.seed}`}`;
    const measure = measureIn(run.metrics) === "mIoU" ? "IoU" : "Dice";
    return {
      title: `${name}\n${measure} ${fixed(caseScore(run.metrics, id), 2)}`,
      prediction: predicted(run, id, classes),
    };
  });
}

type Seen = { image: Volume; label: Volume<Uint8Array> };

/** The fullest slice of a test case alone, with its truth, and with each prediction over the truth. */
function sliceRow(id: string, { image, label }: Seen, shown: readonly Prediction[]): Panel[] {
  const z = fullestSlice(label);
  const seen = brightness(image);
  return [
    slicePanel(seen, z, { title: `${id}\nslice ${z}` }),
    slicePanel(seen, z, { title: "truth", truth: label }),
    ...shown.map((one) => slicePanel(seen, z, { ...one, truth: label })),
  ];
}

/** The same as masks, cut to the structure. */
function maskRow(id: string, seen: Seen, shown: readonly Prediction[]): Panel[] {
  const panels = sliceRow(id, seen, shown);
  const [{ shape }, { truth: structure = [] }] = panels;
  const view = viewAround(structure, shape, Math.round(0.06 * Math.max(...shape)));
  return panels.map(({ truth, prediction = truth, ...panel }) => ({ ...panel, mask: prediction, view }));
}

/** A test photograph, its true mask and the predicted ones. */
function photographRow(id: string, { image, label }: Seen, shown: readonly Prediction[]): Panel[] {
  const panel = (title: string, mask?: Volume<Uint8Array>): Panel => {
    const { spacingMm: _, ...own } = slicePanel(image, 0, { title, mask }); // a photograph has no scale
    return own;
  };
  return [panel(id), panel("truth", label), ...shown.map(({ title, prediction }) => panel(title, prediction))];
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
