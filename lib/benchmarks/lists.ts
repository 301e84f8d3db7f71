import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem.js";
import { dataFolder } from "./places.js";

/** The parts of a benchmark by their ids; labelled ones first among those to train on. */
export interface ListedSplit {
  train: readonly string[];
  labeled: number;
  validation: readonly string[];
  test: readonly string[];
}

/** What the lines of a list are. */
export interface Lines {
  /** What an id looks like, or which id a line means: undefined where it means none. */
  id: RegExp | ((line: string) => string | undefined);
  /** A line that fits, for messages. */
  example: string;
}

/** The folder of a benchmark's official lists, or one of lists of the same names. */
export const listFolder = (name: string, lists: unknown) =>
  lists === "official" ? join(dataFolder, "splits", name) : String(lists);

/** The ids in a list, one a line. Throws a Problem where a line means none or one that was there before, or where there is no line. */
export function readIds(path: string, { id: idOf, example }: Lines): string[] {
  if (!existsSync(path))
    throw new Problem(
      `${path}: not found, expected a list of ids, one a line such as ${example}; write it, or name another folder by the option lists`,
    );
  const found = new Map<string, number>(); // the line of each id
  for (const [i, line] of readFileSync(path, "utf8").split(/\r?\n/).entries()) {
    if (line === "") continue;
    const wrong = `${path}: line ${i + 1}: found ${JSON.stringify(line)}`;
    const id = idOf instanceof RegExp ? (idOf.test(line) ? line : undefined) : idOf(line);
    if (id === undefined) throw new Problem(`${wrong}, expected an id such as ${example}; correct the list`);
    if (found.has(id))
      throw new Problem(`${wrong} twice, first in line ${found.get(id)}, expected each id once; correct the list`);
    found.set(id, i + 1);
  }
  if (found.size === 0) throw new Problem(`${path}: found no ids, expected one a line such as ${example}; write them`);
  return [...found.keys()];
}

/** The ids in some lists of a folder, by the lists' names. Throws a Problem where one is in two of them; `counted` says what has to differ, where it is not the whole id. */
export function readApart(
  folder: string,
  lists: Readonly<Record<string, Lines>>,
  counted = (id: string) => id,
): string[][] {
  const places = new Map<string, string>();
  return Object.entries(lists).map(([name, lines]) => {
    const ids = readIds(join(folder, name), lines);
    for (const one of new Set(ids.map(counted))) {
      if (places.has(one))
        throw new Problem(
          `${folder}: found ${one} in ${places.get(one)} and in ${name}, expected it in one list only; correct the lists`,
        );
      places.set(one, name);
    }
    return ids;
  });
}

/** How the lists of a benchmark are written. */
export interface ListForm {
  lines: Lines;
  /** Where those of test.txt are others. */
  testLines?: Lines;
  /** How many are labelled when all are, whatever the length of the list. */
  all: number;
  /** The list of the labelled ones; where there is none, they are the first. */
  file?: string;
  /** Which are taken; all by default. */
  has?(id: string): boolean;
}

/** Reads `train_all.txt`, `test.txt` and the list of labelled ones in a folder. Throws a Problem where they contradict each other. */
export function readSplitLists(
  folder: string,
  labeled: number,
  { lines, testLines = lines, all, file, has = () => true }: ListForm,
): ListedSplit {
  const [train, test] = readApart(folder, { "train_all.txt": lines, "test.txt": testLines });
  const path = file !== undefined && labeled !== all ? join(folder, file) : undefined;
  const first = new Set(path !== undefined && existsSync(path) ? readIds(path, lines) : []);
  const known = new Set(train);
  const stray = [...first].find((id) => !known.has(id));
  if (stray !== undefined || (first.size > 0 && first.size !== labeled))
    throw new Problem(
      `${path}: found ${stray ?? `${first.size} cases`}, expected ${labeled} of those in train_all.txt; correct the list, or label another number`,
    );
  const ordered = [...first, ...train.filter((id) => !first.has(id))].filter(has);
  return labeledFirst(ordered, labeled, folder, { all, test: test.filter(has) });
}

/** A split in which the first n are labelled; all of them where all are asked for. */
export function labeledFirst(
  train: readonly string[],
  labeled: number,
  where: string,
  { all, validation = [], test = [] }: { all: number; validation?: readonly string[]; test?: readonly string[] },
): ListedSplit {
  const count = labeled === all ? train.length : labeled;
  if (count > train.length)
    throw new Problem(
      `${where}: found ${train.length} cases to train on, expected at least the ${labeled} to be labelled; choose fewer`,
    );
  return { train, labeled: count, validation, test };
}
