import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../../problem.js";

/** The hashes in a folder's SHA256SUMS by file; none where there is no such list. */
export function readHashes(folder: string): ReadonlyMap<string, string> {
  const path = join(folder, "SHA256SUMS");
  if (!existsSync(path)) return new Map();
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

/** Throws a Problem if a file that exists has another sha256 than the list says. */
export function checkHash(path: string, expected: string | undefined): void {
  if (expected === undefined || !existsSync(path)) return;
  const found = createHash("sha256").update(readFileSync(path)).digest("hex");
  if (found !== expected)
    throw new Problem(
      `${path}: found sha256 ${found.slice(0, 12)}…, expected ${expected.slice(0, 12)}…; the file was changed, get it again`,
    );
}
