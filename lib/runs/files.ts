import { readFileSync } from "node:fs";
import { diskProblem, writeWhole } from "../disk.js";
import { Problem } from "../problem.js";

/** Writes a value as JSON, whole or not at all. */
export function writeJson(path: string, value: unknown): void {
  writeWhole(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Reads JSON, undefined if there is no such file; `advice` ends the message of the Problem that damaged text throws. */
export function readJson(path: string, advice: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw diskProblem(path, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(
      `${path}: not JSON (${text.length} characters; ${error instanceof Error ? error.message : error}); ${advice}`,
    );
  }
}
