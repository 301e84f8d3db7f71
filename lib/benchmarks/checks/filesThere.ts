import { existsSync } from "node:fs";
import type { State } from "../benchmark.js";

/** How many of a benchmark's files are there; the message names the first that is missing, and ends with what to do where that is said. */
export function filesThere(
  paths: readonly string[],
  advice?: string,
): Required<Pick<State, "found" | "expected" | "message">> {
  const missing = paths.filter((path) => !existsSync(path));
  const message = missing.length
    ? [`${missing[0]}: not found (${missing.length} of ${paths.length} files)`, ...(advice ? [advice] : [])].join("; ")
    : "";
  return { found: paths.length - missing.length, expected: paths.length, message };
}
