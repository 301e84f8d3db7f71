import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Config, parse, parseConfig } from "../training/config/schema.js";
import { type Code, codeOf, differences } from "./code.js";
import { readJson, writeJson } from "./files.js";

/** A code that trained a run, from some step on. */
export interface MadeBy extends Code {
  fromStep: number;
}
const schema = z.array(z.object({ digest: z.string(), fromStep: z.number(), files: z.record(z.string(), z.string()) }));

/** The codes that trained the run in a folder, oldest first; none where that was not recorded. */
export function madeBy(folder: string): MadeBy[] {
  const path = join(folder, "code.json");
  return parse(schema, readJson(path, "delete it: it only records how the run was made") ?? [], path);
}

/** Records that a code trains the run in a folder from a step on. */
export function recordCode(folder: string, code: Code, fromStep: number): void {
  const before = fromStep === 0 ? [] : madeBy(folder);
  if (before.at(-1)?.digest === code.digest) return;
  writeJson(join(folder, "code.json"), [...before, { ...code, fromStep }]);
}

const unknown = "its code was not recorded";

/** Whether something was trained in a folder that would be shown or continued. */
export const holdsTraining = (folder: string): boolean =>
  ["metrics.json", "checkpoints/last.safetensors"].some((file) => existsSync(join(folder, file)));

/**
 * How the code that made the run in a folder differs from another, today's unless told otherwise: "losses/dice.ts differs". Undefined where it does not,
 * or nothing is trained there yet.
 */
export function otherCode(folder: string, config: Config, code: Code = codeOf(config)): string | undefined {
  if (!holdsTraining(folder)) return undefined;
  const codes = madeBy(folder);
  if (codes.length === 0) return unknown;
  const files = [...new Set(codes.flatMap((one) => differences(one, code)))].sort();
  if (files.length === 0) return undefined;
  const more = files.length > 3 ? ` and ${files.length - 3} more` : "";
  return `${files.slice(0, 3).join(", ")}${more} ${files.length === 1 ? "differs" : "differ"}`;
}

/** The same of the run in a folder, whose config lies there. */
export function otherCodeIn(folder: string): string | undefined {
  const path = join(folder, "config.json");
  const config = readJson(path, "move the folder away: without its config a run means nothing");
  return config === undefined
    ? holdsTraining(folder)
      ? unknown
      : undefined
    : otherCode(folder, parseConfig(config, path));
}

/** What to do about a result of other code, for both who types and who programs. */
export const trainAnew = "--again (again: true) trains it anew beside this one";
