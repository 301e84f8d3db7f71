import type { Benchmark } from "../benchmarks/benchmark.js";
import { benchmarks } from "../benchmarks/index.js";
import { lookUp } from "../lookUp.js";
import { methods } from "../methods/index.js";
import { merged } from "../methods/options.js";
import { networks } from "../networks/index.js";
import { rowOf } from "../paper/place.js";
import type { Cell, TableNumber } from "../paper/published.js";
import type { Recipe, TableRow } from "../paper/recipe.js";
import { labeledColumns, publishedFor, tables } from "../paper/tables.js";
import { Problem } from "../problem.js";
import { runName } from "../runs/folder.js";
import { samplers } from "../samplers/index.js";
import { type PartialConfig, readPartial, resolveConfig } from "../training/config/config.js";
import { benchmarkFor } from "../training/config/presets.js";
import type { Config, Preset, Protocol } from "../training/config/schema.js";
import { rowsOf } from "./samplerRows.js";

/** On what, for how long and how often a table is made; the defaults take minutes on the sample that comes with the lab. */
export interface TableChoice {
  benchmark?: string;
  /** Labelled cases; the fewest unless told otherwise. */
  labeled?: number;
  preset?: Preset;
  protocol?: Protocol;
  seeds?: readonly number[];
  /** Draws of the labelled cases, each with every seed; 0, which is as published, unless told otherwise. */
  draws?: readonly number[];
  /** Changes to every config, as in `{ steps: 50 }`; what makes a row a row wins over them. */
  config?: PartialConfig;
  /** Samplers by their names, registered ones too, whose rows are made beside those without a sampler; the samplers of the table when empty. */
  samplers?: readonly string[];
  /** Rows by their names, or by parts of them; all that are not on request when empty. */
  only?: readonly string[];
}

/** A row with what trains it: a config a seed and draw, or why there is none yet. */
export interface TableArm {
  row: TableRow;
  title: string;
  configs: readonly Config[];
  notYet?: string;
  /** What the paper prints for the row in the column that is reproduced. */
  published?: Cell;
}

/** The rows of a table, the choice behind them, and the column of the paper they belong to. */
export interface TableSetting extends Required<TableChoice> {
  table: TableNumber;
  title: string;
  arms: readonly TableArm[];
  /** The published column that stands beside ours; `comparable` where it is about the same data and number of labels. */
  column: { dataset: string; labeled: string; isSameData: boolean; comparable: boolean };
}

/** A benchmark by its name, as the table's network sees it. Throws a Problem for one that the lab does not have, or not yet. */
function benchmarkOf(table: TableNumber, name: string): Benchmark {
  const { datasets, rows } = tables[table];
  const own = datasets.find(({ benchmark }) => benchmark === name);
  if (own && !Object.hasOwn(benchmarks, name))
    throw new Problem(
      `benchmark: the lab does not have ${own.dataset} ("${name}") yet; table ${table} can be made on ${Object.keys(benchmarks).join(" or ")}`,
    );
  return benchmarkFor(name, rows[0].recipe.network, "benchmark");
}

/** The number of a table out of a word or number. Throws a Problem where the paper has no such table. */
export function tableNumber(given: string | number): TableNumber {
  const found = Object.values(tables).find(({ number }) => String(number) === String(given));
  if (!found) throw new Problem(`table: found "${given}", expected one of ${Object.keys(tables).join(", ")}`);
  return found.number;
}

/** The configs of every row and seed. Throws a Problem for an unknown benchmark, number of labels, sampler or row. */
export function tableArms(
  table: TableNumber,
  {
    benchmark: on = tables[table].usual ?? "hippocampus",
    labeled = benchmarkOf(table, on).labeledChoices[0],
    preset = "mini",
    protocol = "lab",
    seeds = [0, 1, 2],
    draws = [0],
    config = {},
    samplers = [],
    only = [],
  }: TableChoice = {},
): TableSetting {
  const { title } = tables[table];
  const benchmark = benchmarkOf(table, on).name;
  const rows = rowsOf(table, samplers);
  const column = columnFor(table, benchmark, labeled, config.data?.lists);
  const common = { benchmark, labeled, preset, protocol };
  const asked = rows.filter((row) => wanted(rowOf(row), only, rows)); // first: a change may be one that other rows do not know
  const arms = asked.map((row): TableArm => {
    const notYet = missing(row.recipe, benchmarkOf(table, benchmark));
    const given = notYet ? undefined : changed(config, row.recipe, common);
    return {
      row,
      title: rowOf(row),
      configs: given ? replicated(given, { seeds, draws }, `table ${table}, ${rowOf(row)}`) : [],
      ...(notYet && { notYet }),
      published: publishedFor(table, row, column),
    };
  });
  return {
    table,
    title,
    ...common,
    seeds,
    draws,
    config,
    samplers,
    only,
    arms,
    column,
  };
}

/** A config for every draw and seed; of all cases labelled there is one draw. */
function replicated(
  given: PartialConfig,
  { seeds, draws }: { seeds: readonly number[]; draws: readonly number[] },
  where: string,
): Config[] {
  const configs = draws.flatMap((labeledSeed) =>
    seeds.map((seed) => resolveConfig({ ...given, labeledSeed, seed }, where)),
  );
  return configs.filter((one, at) => configs.findIndex((other) => runName(other) === runName(one)) === at);
}

/** Whether a row is asked for: by its name, or by a part of it where no row has that name, those on request where no other has such a part. Without a wish all others are. */
function wanted(title: string, only: readonly string[], rows: readonly TableRow[]): boolean {
  const titles = (of: readonly TableRow[]) => of.map((row) => rowOf(row).toLowerCase());
  const [all, usual] = [titles(rows), titles(rows.filter(({ onRequest }) => !onRequest))];
  const meant = only.map((given) => {
    const part = given.toLowerCase();
    if (all.includes(part)) return [part];
    const found = [usual, all].map((names) => names.filter((name) => name.includes(part)));
    const first = found.find(({ length }) => length > 0);
    if (first) return first;
    throw new Problem(`--only: found "${given}", expected a part of one of: ${rows.map(rowOf).join(" · ")}`);
  });
  return (only.length === 0 ? usual : meant.flat()).includes(title.toLowerCase());
}

/** The column with as many labels: the places of a benchmark's choices are those of the columns. With other lists of cases than the benchmark's own it is about other data. */
function columnFor(table: TableNumber, benchmark: string, labeled: number, lists: unknown): TableSetting["column"] {
  const { datasets } = tables[table];
  const own = datasets.find((one) => one.benchmark === benchmark);
  const real = benchmark.replace(/^phantom-/, "");
  const meant = datasets.find((one) => one.benchmark === real || one.standIns?.includes(real));
  const { dataset } = meant ?? datasets[0];
  const columns = labeledColumns(table, dataset);
  const { labeledChoices, phantom, optionsOf } = benchmarkOf(table, benchmark);
  const at = labeledChoices.indexOf(labeled);
  const isSameData = own !== undefined && !phantom && (lists ?? optionsOf("lab").lists) === optionsOf("lab").lists;
  return {
    dataset,
    labeled: columns[at] ?? columns[columns.length - 1],
    isSameData,
    comparable: isSameData && at >= 0 && at < columns.length,
  };
}

/** What the lab lacks to train a row, undefined when it lacks nothing. */
function missing({ method, network, pretraining }: Recipe, { kind, imageSize }: Benchmark): string | undefined {
  const known = network === undefined ? undefined : networks[network];
  if (network !== undefined && !known) return `network ${network}`;
  const name = [method, pretraining?.method].find((one) => one !== undefined && !Object.hasOwn(methods, one));
  if (name) return `method ${name}`;
  if (known && known.dimensions !== imageSize.length) return `network ${network} of ${kind}`;
  if (!methods[method].dimensions.some((count) => count === imageSize.length)) return `method ${method} of ${kind}`;
  return undefined;
}

/** A config as a recipe changes it. */
function changed(
  config: PartialConfig,
  { sampler, labeled: share, options, ...recipe }: Recipe,
  { benchmark, labeled, protocol, preset }: { benchmark: string; labeled: number; protocol: Protocol; preset: Preset },
): PartialConfig {
  const all = lookUp(benchmarks, benchmark, "benchmark").labeledChoices.at(-1) ?? labeled;
  const released = `${sampler}Released`; // the naive one, and those of one's own, are alike in all protocols
  const draw = sampler && {
    sampler: protocol === "released" && Object.hasOwn(samplers, released) ? released : sampler,
  };
  const own = {
    ...recipe,
    ...(draw || options ? { options: { ...draw, ...options } } : {}),
    ...{ benchmark, preset, protocol, labeled: share === "all" ? all : labeled },
  };
  return readPartial(merged(config, own), "table");
}
