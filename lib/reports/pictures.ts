import { existsSync } from "node:fs";
import { join } from "node:path";
import { benchmarks } from "../benchmarks/index.js";
import { brightness } from "../images/augment/brightness.js";
import { isUpwards, orientation } from "../images/geometry/orientation.js";
import { readNiftiLabel } from "../images/nifti/index.js";
import type { Volume } from "../images/volume.js";
import { lookUp } from "../lookUp.js";
import { fullestSlice, slicePanel } from "../plots/pictures/contactSheet.js";
import { overlay, type Panel } from "../plots/pictures/overlay.js";
import type { PanelClass } from "../plots/pictures/regions.js";
import type { Figure } from "../plots/render/figure.js";
import type { Look } from "../plots/render/fit.js";
import { predictionPath } from "../runs/assess.js";
import type { Group } from "../runs/records.js";
import { readRun } from "../runs/records.js";
import { openData } from "../runs/workplace.js";
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
 * Predictions of each group's first run over the truth: a row per test case, a column per group, the slice with most of the structure.
 * Opens the test cases that the runs were scored on. Throws a Problem where data or predictions are missing.
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
  const labels = classes.map((_, number) => number);
  const panels: Panel[] = [];
  let upwards = true;
  for (const id of chosen(groups[0].runs[0].metrics, cases)) {
    const { image, label } = await opened.test.read(opened.test.ids.indexOf(id));
    const z = fullestSlice(label);
    const seen = kind === "photographs" ? image : brightness(image);
    upwards = isUpwards(orientation(image.affine));
    for (const [
      at,
      {
        title,
        runs: [{ folder, metrics, seed }],
      },
    ] of groups.entries()) {
      const prediction = readNiftiLabel(join(folder, ...predictionPath(id)), labels);
      const which = at === 0 ? `${id}, slice ${z}\n` : ""; // said once in each row
      const words = `${which}Dice ${fixed(caseDice(metrics, id), 2)}\n${title}, seed ${seed}`;
      panels.push(slicePanel(seen, z, { truth: label, prediction, title: words, phantom: metrics.phantom }));
    }
  }
  return overlay(panels, {
    title,
    subtitle: "Dice: mean of the classes over the whole volume",
    ...look,
    classes,
    upwards,
    columns: groups.length,
    panelPixels: 150,
  });
}

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
  const file = join(folder, ...predictionPath(id));
  const mask = readNiftiLabel(
    file,
    classes.map((_, number) => number),
  );
  const common = { image, classes };
  const name = phantom ? `${id} (PHANTOM)` : id;
  return {
    prediction: {
      ...{ ...common, mask },
      title: `${name}, ${group.title}, seed ${seed}: Dice ${fixed(caseDice(metrics, id), 2)}`,
    },
    truth: { ...common, mask: label, title: `${name}, truth` },
  };
}

function chosen(metrics: Metrics, count: number): string[] {
  const ids = metrics.cases.map(({ id }) => id).sort((a, b) => caseDice(metrics, a) - caseDice(metrics, b));
  const n = Math.min(count, ids.length);
  return Array.from(
    { length: n },
    (_, i) => ids[Math.round(n === 1 ? (ids.length - 1) / 2 : (i * (ids.length - 1)) / (n - 1))],
  );
}

function caseDice({ cases }: Metrics, id: string): number {
  const scores = cases.find((one) => one.id === id)?.scores ?? [];
  return scores.reduce((sum, { dice }) => sum + dice, 0) / scores.length;
}
