import { benchmarks } from "../benchmarks/index.js";
import { lookUp } from "../lookUp.js";
import { methods } from "../methods/index.js";
import { escapeHtml } from "../plots/render/escapeHtml.js";
import { replicateOf } from "../runs/job.js";
import { madeBy, otherCodeIn } from "../runs/madeBy.js";
import { isPretrained, type RunRecord } from "../runs/records.js";
import { runName } from "../runs/run.js";
import { pretrainingConfig, pretrainingConfigs, resolveConfig } from "../training/config/config.js";
import { type Config, canonical, configHash, isRecord } from "../training/config/schema.js";
import { measureIn, overlapIn, scoreIn } from "../training/evaluation/measure.js";
import type { Metrics } from "../training/evaluation/metrics.js";
import { fixed } from "../written.js";
import { code, details, facts } from "./page.js";

const policies: Record<Metrics["emptyPolicy"], string> = {
  honest:
    "a class in neither mask scores Dice 1, a false negative or false positive 0; the distances of a false negative are the diagonal of the image, those of a false positive are left out of the means",
  released2d:
    "as the released 2D script: a false positive scores Dice 1, a false negative or an absent class 0, and all their distances are 0",
  released3d: "as the released 3D script: a false negative or an absent class scores Dice 0 and distance 0",
};

/** How the numbers of a run were made: what was run, on what, and how to run it again. Folded, as a part of a page. */
export function provenance(record: RunRecord): string {
  const { folder, name, config, environments, metrics } = record;
  const { title, cite, licence, unit, classes } = lookUp(benchmarks, config.benchmark, "benchmark");
  const about: [string, string][] = [
    ["Data", escapeHtml(`${title}; ${cite}; ${licence}`)],
    ["Classes", escapeHtml(classes.map((one) => one.name).join(", "))],
    ["Preset and protocol", escapeHtml(`${config.preset}, ${config.protocol}`)],
    ["Seed", String(config.seed)],
    ["Labelled cases", config.labeledSeed > 0 ? `drawn with labeledSeed ${config.labeledSeed}` : "as published"],
    ["Steps", stepsOf(config)],
    ["Starts from", escapeHtml(startOf(record))],
    [
      "Tested weights",
      metrics
        ? `${metrics.checkpoint === "last" ? "the last" : "best on the validation cases"}: step ${metrics.testedStep}`
        : isPretrained(record)
          ? "not tested; others start from the last"
          : "not tested yet",
    ],
    ...(metrics?.beside
      ? [
          [
            metrics.beside.checkpoint === "last" ? "The last weights instead" : "Best on validation instead",
            `step ${metrics.beside.testedStep}: ${scored(metrics, metrics.beside)}`,
          ] satisfies [string, string],
        ]
      : []),
    ["Tested on", metrics ? `${metrics.cases.length} ${metrics.split} cases` : "–"],
    ...(metrics?.miou ? [] : scoring(metrics, unit)),
    ...environments.map((one, at): [string, string] => [at === 0 ? "Environment" : "Continued in", environmentOf(one)]),
    ["Code", escapeHtml(codeOfRun(folder))],
    ["Run folder", escapeHtml(folder)],
    ["sha256 of the config", configHash(config)],
  ];
  const state = metrics ? scored(metrics) : isPretrained(record) ? "not tested" : "unfinished";
  return details(
    `${escapeHtml(name)} <span class="soft">· ${replicateOf(config)} · ${state}</span>`,
    `${facts(about)}${repetition(config)}${details("config.json", code(JSON.stringify(config, undefined, 2)))}${metrics ? details("metrics of every test case", caseTable(metrics)) : ""}`,
  );
}

/** Which code made a run, and how it differs from today's. */
function codeOfRun(folder: string): string {
  const digests = madeBy(folder).map(
    ({ digest, fromStep }) => `sha256 ${digest}${fromStep > 0 ? ` from step ${fromStep + 1} on` : ""}`,
  );
  const other = otherCodeIn(folder);
  return [...digests, other === undefined ? "today's" : `other than today's: ${other}`].join("; ");
}

const ordinals = ["The first phase", "The second"];

const stepsOf = ({ steps, batch }: Config) =>
  `${steps} steps of ${batch.labeled} labelled + ${batch.unlabeled} unlabelled images`;

/** What the network of a run was before its first step. */
function startOf({ config, pretraining }: RunRecord): string {
  const first = pretrainingConfig(config);
  if (!first) return "random weights";
  const { title } = lookUp(methods, first.method, "method");
  const before = `${title}, ${stepsOf(first)}: ${pretraining?.run ?? runName(first)}`;
  return pretraining ? `${before}; sha256 of its weights ${pretraining.sha256}` : `${before}, still to be trained`;
}

/** The command that trains a run again; with a pre-training before it, also the one that trains that alone. */
function repetition(config: Config): string {
  const before = pretrainingConfigs(config);
  const all = before.length === 0 ? "it" : before.length === 1 ? "both phases" : `all ${before.length + 1} phases`;
  const alone = before.map((one, at) => `<p>${ordinals[at] ?? `Number ${at + 1}`} alone:</p>${code(commandOf(one))}`);
  return `<p>To repeat ${all}, in the commit above:</p>${code(commandOf(config))}${alone.join("")}`;
}

function environmentOf({
  started,
  versions,
  commit,
  engine,
  cpu,
  cores,
  memoryGiB,
  system,
}: RunRecord["environments"][number]): string {
  const made = commit
    ? `commit ${commit.id.slice(0, 12)}${commit.dirty ? " with local changes" : ""}`
    : "no commit known";
  return escapeHtml(
    `${started}; arco ${versions.arco}, ${made}; Node.js ${versions.node}; engine ${engine.kind} (${engine.backend} ${versions.engine}) on ${engine.device}, ${engine.threads} threads; ${cpu}, ${cores} cores, ${memoryGiB} GiB; ${system}`,
  );
}

/** The command line that trains a run of this config: the choices, and what differs from the defaults that follow from them. */
export function commandOf(config: Config): string {
  const { benchmark, labeled, labeledSeed, method, preset, protocol, seed } = config;
  const usual = resolveConfig({ benchmark, labeled, labeledSeed, method, preset, protocol, seed });
  const choices = Object.entries({ benchmark, labeled, method, preset, protocol, seed }).map(
    ([name, value]) => `--${name} ${value}`,
  );
  if (labeledSeed > 0) choices.push(`--labeled-seed ${labeledSeed}`);
  return ["npx arco train", ...choices, ...changes(usual, config)].join(" \\\n  ");
}

function changes(usual: object, own: object, path = ""): string[] {
  return Object.entries(own).flatMap(([key, value]) => {
    const before: unknown = Reflect.get(usual, key);
    if (isRecord(value) && isRecord(before)) return changes(before, value, `${path}${key}.`);
    if (canonical(value) === canonical(before)) return [];
    if (path === "" && key === "steps") return [`--steps ${value}`];
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return path.startsWith("options.")
      ? [`--option '${path.slice("options.".length)}${key}=${text}'`]
      : [`--set '${path}${key}=${text}'`];
  });
}

function caseTable({ cases, classes, unit, miou }: Metrics): string {
  const measure = measureIn({ miou });
  const own = measure === "mIoU" ? ["IoU"] : ["Dice", `HD95 (${unit})`, `ASSD (${unit})`];
  const head = `<tr><th scope="col">case</th>${classes.flatMap((name) => own.map((what, at) => `<th scope="col">${at === 0 ? `${escapeHtml(name)} ` : ""}${what}</th>`)).join("")}</tr>`;
  const number = (value: number | null, digits: number) => (value === null ? "–" : fixed(value, digits));
  const cells = (one: Metrics["cases"][number]["scores"][number]) =>
    [
      number(overlapIn(measure, one), 4),
      ...[one.hd95, one.assd].slice(0, own.length - 1).map((value) => number(value, 2)),
    ]
      .map((text) => `<td>${text}</td>`)
      .join("");
  const rows = cases.map(
    ({ id, scores }) => `<tr><th scope="row">${escapeHtml(id)}</th>${scores.map(cells).join("")}</tr>`,
  );
  return `<div class="wide" tabindex="0"><table><thead>${head}</thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}

/** "Dice 0.8123", or "mIoU 0.3712": of a run's tested weights, or of those beside them. */
export const scored = ({ mean, miou }: Metrics, beside?: Pick<Metrics, "mean">): string =>
  `${measureIn({ miou })} ${fixed(scoreIn({ mean: beside?.mean ?? mean, miou }), 4)}`;

/** How a case is scored by itself. */
const scoring = (metrics: Metrics | undefined, unit: string): [string, string][] => [
  ["Distances in", metrics?.unit ?? unit],
  [
    "Empty masks",
    metrics
      ? `${escapeHtml(metrics.emptyPolicy)}: ${escapeHtml(policies[metrics.emptyPolicy])}; false negatives ${metrics.counts.falseNegative}, false positives ${metrics.counts.falsePositive}, absent ${metrics.counts.absent}`
      : "–",
  ],
];
