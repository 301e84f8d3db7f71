import { basename, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { makeFolder, writeWhole } from "../../disk.js";
import { Problem } from "../../problem.js";
import { inShell } from "../../shell.js";
import type { Benchmark } from "../benchmark.js";
import { benchmarks, builtIn, register } from "../index.js";
import { datasetIn } from "./datasetJson.js";
import { describe } from "./describing.js";
import { type Description, descriptionIn, hasDescription, nameRule } from "./description.js";
import { ownFolder } from "./found.js";
import { type Inspected, inspect } from "./inspecting.js";
import { ownBenchmark } from "./own.js";
import { type Listing, pairsIn, withList } from "./pairs.js";
import type { RecipeOptions } from "./recipe.js";
import type { SplitOptions } from "./splitting.js";

/** Which files become a benchmark, and what is decided by a person and not proposed. */
export interface ImportOptions extends RecipeOptions, SplitOptions {
  /** A folder with a dataset.json, or two folders whose files belong together by their names. */
  from: string | { images: string; labels: string };
  /** Letters a–z, digits and hyphens; made from the folder's name where left out. */
  name?: string;
  /** Where benchmark.json goes; data/own/NAME where left out. */
  out?: string;
  /** Which of several channels of each scan. */
  channel?: number;
  /** Names of label values, where no dataset.json says them. */
  names?: ReadonlyMap<number, string>;
  overwrite?: boolean;
  onCase?: (progress: { done: number; of: number; id: string }) => void;
  signal?: AbortSignal;
}

/** What an import has made. */
export interface Imported {
  /** The file that was written. */
  path: string;
  description: Description;
  benchmark: Benchmark;
}

/**
 * Makes a benchmark of a folder of NIfTI files of which only some have labels: reads every file once, proposes a split and a way to show the scans to a network,
 * and writes one small benchmark.json; nothing is copied. In this process the benchmark can be used at once. Throws a Problem, and writes nothing, where any file is wrong.
 */
export async function importScans({
  from,
  channel,
  overwrite = false,
  onCase,
  signal,
  ...asked
}: ImportOptions): Promise<Imported> {
  const name = asked.name ?? nameOf(typeof from === "string" ? from : from.images);
  const folder = resolve(asked.out ?? join(ownFolder, name));
  checkPlace(name, folder, overwrite);
  const listing = typeof from === "string" ? datasetIn(from, channel) : pairsIn(from.images, from.labels, channel);
  const all = await inspectAll(listing, { onCase, signal });
  const description = describe(name, listing, all, asked);
  makeFolder(folder);
  writeWhole(descriptionIn(folder), `${JSON.stringify(description, undefined, 1)}\n`);
  const benchmark = ownBenchmark(folder, description);
  register(benchmark);
  return { path: descriptionIn(folder), description, benchmark };
}

/** The name of a benchmark out of that of a folder. */
export function nameOf(folder: string): string {
  const path = resolve(folder);
  const own = /^(images|imagesTr|imgs?|scans|data)$/i.test(basename(path)) ? join(path, "..") : path;
  return basename(own)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, longestName)
    .replace(/^-+|-+$/g, "");
}

const longestName = 64;

/** Throws a Problem where a name cannot be used, or a benchmark is in its place already. */
export function checkPlace(name: string, folder: string, overwrite: boolean): void {
  if (!nameRule.test(name))
    throw new Problem(`--name: found "${name}", expected letters a–z, digits and hyphens, such as my-scans`);
  if (name.length > longestName)
    throw new Problem(
      `--name: found ${name.length} characters, expected at most ${longestName}, for folders of runs are named after it; choose a shorter one with --name`,
    );
  if (builtIn.has(name))
    throw new Problem(
      `--name: found "${name}", which is a benchmark of the lab, expected another name; choose one with --name`,
    );
  const other = Object.values(benchmarks)
    .find((benchmark) => benchmark.name === name)
    ?.find();
  if (other !== undefined && other !== folder)
    throw new Problem(`--name: found "${name}", which lies in ${other}, expected another name; choose one with --name`);
  if (hasDescription(folder) && !overwrite)
    throw new Problem(
      `${descriptionIn(folder)}: is there already; choose another --name, or add --overwrite to replace it (its runs are then refused unless the import is the same)`,
    );
}

/** Looks into every file; all that are wrong are named together. */
async function inspectAll(
  listing: Listing,
  { onCase, signal }: Pick<ImportOptions, "onCase" | "signal">,
): Promise<Inspected[]> {
  const found: Inspected[] = [];
  const wrong: string[] = [];
  for (const [at, pair] of listing.pairs.entries()) {
    await setImmediate();
    signal?.throwIfAborted();
    try {
      found.push(inspect(listing, pair));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      wrong.push(error.message);
    }
    onCase?.({ done: at + 1, of: listing.pairs.length, id: pair.id });
  }
  if (wrong.length === 1) throw new Problem(wrong[0]);
  if (wrong.length > 1)
    throw new Problem(
      withList(
        `${wrong.length} of ${listing.pairs.length} cases cannot be used, nothing was written; correct or move them:`,
        wrong,
      ) + atOnce(wrong, listing),
    );
  return found;
}

/** Where several labels lack their images' geometry: how all take it at once. */
function atOnce(wrong: readonly string[], { folders: { images, labels } }: Listing): string {
  if (images === labels || wrong.filter((message) => message.includes("arco data geometry")).length < 2) return "";
  return `\nall labels at once: arco data geometry ${inShell(labels)} --like ${inShell(images)} --out ${inShell(`${labels}-placed`)}`;
}
