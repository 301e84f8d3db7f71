import { dirname } from "node:path";
import { benchmarks } from "../benchmarks/index.js";
import { writeWhole } from "../disk.js";
import { lookUp } from "../lookUp.js";
import { escapeHtml } from "../plots/render/escapeHtml.js";
import { fontFaces } from "../plots/render/fontFaces.js";
import { Problem } from "../problem.js";
import { ownVersion } from "../runs/environment.js";
import { foldersOf, runFolder } from "../runs/folder.js";
import { replicateOf } from "../runs/job.js";
import { otherCodeIn } from "../runs/madeBy.js";
import type { Group } from "../runs/records.js";
import { isPretrained, type RunRecord } from "../runs/records.js";
import { updatesOf } from "../training/config/updates.js";
import { type ArmRecord, armsOf } from "./arms.js";
import { page } from "./page.js";
import { provenance, scored } from "./provenance.js";
import { type LeftOut, readableOf, readableRuns } from "./readable.js";
import { results } from "./results.js";

/**
 * Writes one HTML page on runs (a folder of them, or those named): table, curves, overlays, and how each number was made.
 * The page needs nothing from outside. A run that is not finished is named, without numbers; one that is damaged or not known here is
 * left out, and named on the page and in what is returned. Throws a Problem where there is no run that can be shown.
 */
export async function writeReport(runs: string | readonly RunRecord[], file: string): Promise<{ leftOut: LeftOut[] }> {
  const { records: all, leftOut } = typeof runs === "string" ? readableRuns(runs) : readableOf(runs);
  const records = all.filter(isShown);
  const place = typeof runs === "string" ? runs : "report";
  if (records.length === 0 && leftOut.length > 0)
    throw new Problem(
      `${place}: holds no run that can be shown:${leftOut.map(({ run, reason }) => `\n  ${run}: ${reason}`).join("")}`,
    );
  if (records.length === 0)
    throw new Problem(`${place}: holds no runs; train something first, for example "npx arco quickstart"`);
  const sections: string[] = [];
  for (const arms of comparable(armsOf(records))) sections.push(await section(arms));
  const finished = records.filter(({ metrics }) => metrics).length;
  const title = `ARCO lab: ${finished} finished run${finished === 1 ? "" : "s"} on ${[...new Set(records.map(({ config }) => titleOf(config.benchmark)))].join(", ")}`;
  const intro = `<h1>${escapeHtml(title)}</h1>\n<p class="soft">Written by arco ${ownVersion()}. Every number on this page is read from metrics.json of the run folders named below.</p>`;
  const body = [intro, ...missing(leftOut), ...sections, ...besides(all.filter((one) => !isShown(one)))].join("\n");
  writeWhole(file, page(title, body, { fonts: await fontFaces(textOf(body)) }));
  return { leftOut };
}

/** Runs that are not shown, above all others: who reads on must know that something lacks. */
function missing(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const items = leftOut.map(({ run, reason }) => `<li>${escapeHtml(run)}: ${escapeHtml(reason)}</li>`);
  const count = leftOut.length === 1 ? "One run is" : `${leftOut.length} runs are`;
  return [`<p class="warning">${count} left out of this page:</p><ul>${items.join("")}</ul>`];
}

/** Whether a run is the one that is shown of its config; others were trained before it or beside it. */
function isShown({ folder, config }: RunRecord): boolean {
  const runs = dirname(folder);
  return !foldersOf(runs, config).includes(folder) || runFolder(runs, config) === folder;
}

/** Runs that lie beside those that are shown, for who looks for a number of before. */
function besides(records: readonly RunRecord[]): string[] {
  if (records.length === 0) return [];
  const items = records.map(({ name, folder, config, metrics }) => {
    const state = metrics ? scored(metrics) : "unfinished";
    const code = otherCodeIn(folder) ?? "today's code";
    return `<li>${escapeHtml(`${name}: ${replicateOf(config)}, ${state}, ${code}`)}</li>`;
  });
  return [
    `<h2>Trained anew since</h2><p>Runs of the same configs that lie beside those shown above:</p><ul>${items.join("")}</ul>`,
  ];
}

/** The characters that markup shows, and those of the references in it. */
const textOf = (markup: string) => `${markup.replaceAll(/<[^>]*>/g, "")}<>&"`;

const titleOf = (benchmark: string) => lookUp(benchmarks, benchmark, "benchmark").title;

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
  const heading = `<h2>${escapeHtml(titleOf(config.benchmark))} · preset ${config.preset} · protocol ${config.protocol}</h2>`;
  const untested = arms.flatMap(({ title, runs }) =>
    runs.filter(({ metrics }) => !metrics).map((run) => ({ title, run })),
  );
  const open = untested.filter(({ run }) => !isPretrained(run)).map(({ title, run }) => unfinished(title, run));
  const waiting = open.length > 0 ? `<p>Not finished and without numbers here:</p><ul>${open.join("")}</ul>` : "";
  const shared = untested.filter(({ run }) => isPretrained(run)).map(({ title, run }) => pretrained(title, run, arms));
  const before =
    shared.length > 0 ? `<p>Trained for others to start from, and not tested:</p><ul>${shared.join("")}</ul>` : "";
  const made = `<h3>How each number was made</h3>\n${arms.flatMap(({ runs }) => runs.map(provenance)).join("\n")}`;
  return [heading, ...(groups.length > 0 ? [await results(groups)] : []), waiting, before, made]
    .filter(Boolean)
    .join("\n");
}

const groupOf = ({ title, config, runs }: ArmRecord): Group => ({
  title,
  updates: updatesOf(config),
  runs: runs.flatMap(({ folder, config, metrics }) => (metrics ? [{ folder, seed: config.seed, metrics }] : [])),
});

const unfinished = (title: string, { name, config, log }: RunRecord) =>
  `<li>${escapeHtml(title)}, ${replicateOf(config)}: step ${log.at(-1)?.step ?? 0} of ${config.steps} (${escapeHtml(name)})</li>`;

function pretrained(title: string, { name, config }: RunRecord, arms: readonly ArmRecord[]): string {
  const count = arms.flatMap(({ runs }) => runs.filter(({ pretraining }) => pretraining?.run === name)).length;
  const start = count === 1 ? "1 run here starts from it" : `${count || "no"} runs here start from it`;
  return `<li>${escapeHtml(title)}, ${replicateOf(config)}: ${config.steps} steps; ${start} (${escapeHtml(name)})</li>`;
}
