import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The library's folder; paths of sources are relative to it. */
export const libFolder = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** A source file of the library: the sha256 of what it says (16 hex digits), and the files of the library that it loads. */
export interface Source {
  path: string;
  sha256: string;
  imports: readonly string[];
}

const known = new Map<string, Source & { stamp: string }>();
/** What each source was when this process began to load them. */
const atStart = new Map(allPaths().map((path) => [path, stampOf(path)]));
let isFrozen = false;

/** The source of a path; undefined where there is none. Read again when the file has changed, unless `freezeSources` was called. */
export function sourceOf(path: string): Source | undefined {
  const before = known.get(path);
  if (isFrozen) return before;
  const stamp = stampOf(path);
  if (stamp === undefined) return undefined;
  if (before?.stamp === stamp) return before;
  const text = whatItSays(readFileSync(join(libFolder, path), "utf8"));
  const sha256 = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const source = { path, sha256, imports: importsOf(path, text), stamp };
  known.set(path, source);
  return source;
}

/** Remembers all sources as they are now: a process that has loaded them goes on with them, whatever is edited later. */
export function freezeSources(): void {
  for (const path of allPaths()) sourceOf(path);
  isFrozen = true;
}

/** Whether `freezeSources` was called. */
export const areFrozen = (): boolean => isFrozen;

/** Whether a file is another one than when this process began to load the library: it goes on with what was in it then. */
export const hasChanged = (path: string): boolean => !isFrozen && stampOf(path) !== atStart.get(path);

function allPaths(): string[] {
  const names = readdirSync(libFolder, { recursive: true }).map((name) => String(name).replaceAll("\\", "/"));
  return names.filter((name) => /\.(ts|mjs|cc|h)$/.test(name) && !name.startsWith("node_modules/"));
}

function stampOf(path: string): string | undefined {
  const stat = statSync(join(libFolder, path), { throwIfNoEntry: false });
  return stat?.isFile() ? `${stat.mtimeMs} ${stat.size}` : undefined;
}

/** A text without indentation, blank lines, and comments that have their lines to themselves: what is left decides what the code does. */
function whatItSays(text: string): string {
  const lines: string[] = [];
  let isComment = false;
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (!isComment && line.startsWith("/*")) isComment = true;
    else if (!isComment && line !== "" && !line.startsWith("//")) lines.push(line);
    if (isComment && line.includes("*/")) {
      isComment = false;
      const behind = line.slice(line.indexOf("*/") + 2).trim();
      if (behind) lines.push(behind);
    }
  }
  return lines.join("\n");
}

const statement = /^(?:import|export)\b(?!\s+type\b)([^;"'`]*?\bfrom)?\s*["'](\.[^"']+)["']/gm;
const dynamic = /\b(?:import|new URL)\(\s*["'](\.[^"']+)["']/g;

/** Files of the library that a text loads, types left out; found by their statements, which stand at the beginning of a line. */
function importsOf(path: string, text: string): string[] {
  const values = [...text.matchAll(statement)].filter(([, names = ""]) => !areTypes(names)).map(([, , file]) => file);
  const files = [...values, ...[...text.matchAll(dynamic)].map(([, file]) => file)];
  return [...new Set(files.flatMap((file) => fileOf(path, file) ?? []))];
}

/** Whether all that is named is a type: `{ type A, type B }`. */
function areTypes(names: string): boolean {
  const [, inside] = /^\s*\{([^}]*)\}/.exec(names) ?? [];
  const parts = inside?.split(",").map((one) => one.trim());
  return parts?.every((one) => one === "" || one.startsWith("type "));
}

function fileOf(from: string, file: string): string | undefined {
  const path = relative(libFolder, resolve(libFolder, dirname(from), file)).replaceAll("\\", "/");
  return [path.replace(/\.js$/, ".ts"), path].find((one) => !one.startsWith("..") && stampOf(one));
}
