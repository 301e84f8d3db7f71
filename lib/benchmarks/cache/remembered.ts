import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { z } from "zod";
import { makeFolder, ownPartOf, writeWhole } from "../../disk.js";
import { cacheFolder } from "../places.js";
import { digest, shortId, stamp } from "./names.js";

/** What is remembered, and of which files. */
export interface Memory<T> {
  benchmark: string;
  /** Names it in the cache folder. */
  id: string;
  /** What was asked of the files, and a number that is raised when the answer's meaning changes. */
  question: readonly unknown[];
  /** When one of these changes, the answer is found anew. */
  files: readonly string[];
  answer: z.ZodType<T>;
}

/** The answer to a question about files that takes long to find; asked again, also by another process, it is read from the cache folder. */
export async function remembered<T>(memory: Memory<T>, find: () => Promise<T>): Promise<T> {
  const { benchmark, id, question, files, answer } = memory;
  const path = join(cacheFolder(), benchmark, `${shortId(id)}.${digest([question, files.map(stamp)])}.json`);
  const known = answer.safeParse(parsed(path));
  if (known.success) return known.data;
  const found = await find();
  makeFolder(dirname(path));
  writeWhole(path, JSON.stringify(found), { part: ownPartOf(path) });
  return found;
}

/** What a file holds; nothing where there is none, or one that a failing disk has cut. */
function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
