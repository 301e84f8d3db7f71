import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { onDisk } from "../disk.js";
import { parsedJson } from "../json.js";
import { Problem } from "../problem.js";

const ids = z.array(z.string()).min(1);
const schema = z.object({ train: ids, validation: ids, test: ids });

/** The parts of a benchmark, in their order. */
export type Split = z.infer<typeof schema>;

/** Reads `split.json` in a folder. Throws a Problem where a part is missing or two overlap. */
export function readSplit(folder: string): Split {
  const path = join(folder, "split.json");
  const split = parse(path);
  const all = [...split.train, ...split.validation, ...split.test];
  const twice = all.find((id, i) => all.indexOf(id) !== i);
  if (twice !== undefined)
    throw new Problem(`${path}: found ${twice} twice, expected every case in one part only; check the file out again`);
  return split;
}

function parse(path: string): Split {
  const what = "expected lists of ids as train, validation and test; check the file out again";
  const text = onDisk(path, () => readFileSync(path, "utf8"));
  const result = schema.safeParse(parsedJson(text, path, what));
  if (result.success) return result.data;
  const { path: field, message } = result.error.issues[0];
  throw new Problem(`${path}: ${field.join(".")}: ${message}, ${what}`);
}
