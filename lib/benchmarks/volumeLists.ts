import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem.js";

/** The parts of a benchmark of volumes by their ids; labelled ones first among those to train on. */
export interface VolumeSplit {
  train: readonly string[];
  labeled: number;
  test: readonly string[];
}

/** How lists are written, and which volumes are labelled. */
export interface VolumeListOptions {
  pattern: RegExp;
  /** An id that fits, for messages. */
  example: string;
  labeled: number;
  /** How many are labelled when all are, also of a shorter list. */
  all: number;
  /** The list of the labelled ones; where there is none, they are the first of all. */
  file?: string;
}

/** Reads `train_all.txt` and `test.txt` in a folder. Throws a Problem where a volume is in both, or a labelled one is not to be trained on. */
export function readVolumeLists(folder: string, options: VolumeListOptions): VolumeSplit {
  const { pattern, example, labeled, all, file } = options;
  const list = (name: string) => readList(join(folder, name), pattern, example);
  const train = list("train_all.txt");
  const test = list("test.txt");
  const leak = test.find((id) => train.includes(id));
  if (leak !== undefined)
    throw new Problem(`${folder}: found ${leak} in the lists to train on and to test, expected it in one only`);
  const count = labeled === all ? train.length : labeled;
  const isListed = labeled !== all && file !== undefined && existsSync(join(folder, file));
  const first = isListed ? list(file) : train.slice(0, count);
  if (first.length !== count)
    throw new Problem(
      `${isListed ? join(folder, file) : folder}: found ${first.length} volumes, expected the ${count} to be labelled; choose another number of labelled cases`,
    );
  const stray = first.find((id) => !train.includes(id));
  if (stray !== undefined)
    throw new Problem(`${folder}: found ${stray} labelled, expected only volumes of train_all.txt; correct the lists`);
  return { train: [...first, ...train.filter((id) => !first.includes(id))], labeled: count, test };
}

/** The lines of a list. Throws a Problem where one is no id or stands there twice. */
export function readList(path: string, pattern: RegExp, example: string): string[] {
  if (!existsSync(path)) throw new Problem(`${path}: not found, expected one id a line, such as ${example}`);
  const ids = readFileSync(path, "utf8").split(/\r?\n/).filter(Boolean);
  const wrong = ids.find((id, i) => !pattern.test(id) || ids.indexOf(id) !== i);
  if (wrong !== undefined || ids.length === 0)
    throw new Problem(
      `${path}: found ${wrong === undefined ? "no line" : JSON.stringify(wrong)}, expected ids such as ${example}, each once; correct the list`,
    );
  return ids;
}
