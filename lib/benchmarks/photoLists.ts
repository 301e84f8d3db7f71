import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem.js";
import { dataFolder } from "./places.js";

/** The parts of a benchmark of photographs by their ids; labelled ones first among those to train on. */
export interface PhotoSplit {
  train: readonly string[];
  labeled: number;
  validation: readonly string[];
  test: readonly string[];
}

/** How the lines of a list are read. */
export interface ListOptions {
  /** The id that a line means; undefined where it means none. */
  idOf(line: string, part: "train" | "test"): string | undefined;
  /** What a line looks like, for messages. */
  example: string;
  /** How many are labelled when all are. */
  all: number;
  /** Which photographs are taken; all by default. */
  has?(id: string): boolean;
}

/** The folder of a benchmark's official lists, or one of lists of the same names. */
export const listFolder = (name: string, lists: unknown) =>
  lists === "official" || lists === "found" ? join(dataFolder, "splits", name) : String(lists);

/**
 * Reads `train_all.txt`, `test.txt` and `train_<n>.txt` in a folder; where no list of n labelled ones is there, they are the first n.
 * Throws a Problem where a photograph is in two parts.
 */
export function readPhotoLists(folder: string, labeled: number, options: ListOptions): PhotoSplit {
  const train = read(join(folder, "train_all.txt"), "train", options);
  const test = read(join(folder, "test.txt"), "test", options);
  const path = join(folder, `train_${labeled}.txt`);
  const first = existsSync(path) ? read(path, "train", options) : [];
  const [all, chosen] = [new Set(train), new Set(first)];
  const leak = test.find((id) => all.has(id));
  if (leak !== undefined)
    throw new Problem(
      `${folder}: found ${leak} in the lists to train on and to test, expected it in one only; correct the lists`,
    );
  const stray = first.find((id) => !all.has(id));
  if (stray !== undefined || (first.length > 0 && first.length !== labeled))
    throw new Problem(
      `${path}: found ${stray ?? `${first.length} photographs`}, expected ${labeled} of those in train_all.txt; correct the list`,
    );
  const { has = () => true } = options;
  return labeledFirst([...first, ...train.filter((id) => !chosen.has(id))].filter(has), labeled, folder, {
    all: options.all,
    test: test.filter(has),
  });
}

/** A split in which the first n are labelled; all of them where all are asked for, also of fewer. */
export function labeledFirst(
  train: readonly string[],
  labeled: number,
  where: string,
  { all, validation = [], test = [] }: { all: number; validation?: readonly string[]; test?: readonly string[] },
): PhotoSplit {
  if (labeled > train.length && labeled !== all)
    throw new Problem(
      `${where}: found ${train.length} photographs to train on, expected at least the ${labeled} to be labelled; choose fewer`,
    );
  return { train, labeled: Math.min(labeled, train.length), validation, test };
}

function read(path: string, part: "train" | "test", { idOf, example }: ListOptions): string[] {
  if (!existsSync(path))
    throw new Problem(`${path}: not found, expected a list of photographs, one a line such as ${example}`);
  const seen = new Set<string>();
  for (const line of readFileSync(path, "utf8").split(/\r?\n/).filter(Boolean)) {
    const id = idOf(line, part);
    if (id === undefined || seen.has(id))
      throw new Problem(
        `${path}: found ${JSON.stringify(line)}${id === undefined ? "" : " twice"}, expected lines such as ${example}, each once; correct the list`,
      );
    seen.add(id);
  }
  return [...seen];
}
