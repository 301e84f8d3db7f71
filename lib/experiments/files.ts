import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Problem } from "../problem.js";

const reasons: Record<string, string> = {
  ENOSPC: "the disk is full; free some space and give the same command again",
  EDQUOT: "your quota on this disk is used up; free some space and give the same command again",
  EACCES: "this user may not write there; choose another folder (--runs) or change its permissions",
  EPERM: "this user may not write there; choose another folder (--runs) or change its permissions",
  EROFS: "the disk is read-only; choose another folder (--runs)",
  ENOTDIR: "a part of this path is a file, not a folder; choose another folder (--runs)",
  EEXIST: "a file is in the way of a folder of this name; move it or choose another folder (--runs)",
  ENOENT: "no such file or folder",
  EIO: "the disk answered with an error; check it",
};

/** Does something with a file; an error of the disk becomes a Problem that names the file and says what to do. */
export function onDisk<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw diskProblem(path, error);
  }
}

/** The Problem behind an error of the file system; any other error as it is. */
export function diskProblem(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return error;
  const reason = reasons[error.code];
  return reason ? new Problem(`${path}: ${reason} (${error.code}); nothing that was saved before is lost`) : error;
}

/** Writes a value as JSON, whole or not at all. */
export function writeJson(path: string, value: unknown): void {
  writeWhole(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

/**
 * Writes a file whole or not at all: a file beside it is written, forced to the disk and renamed.
 * (write-file-atomic does not look at how much the system wrote, so on a nearly full disk it puts a cut-off file in place.)
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const part = `${path}.part`;
  onDisk(path, () => {
    try {
      synced(part, "w", (file) => writeFileSync(file, content));
      renameSync(part, path);
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
    synced(dirname(path), "r", () => {});
  });
}

function synced(path: string, flags: string, act: (file: number) => void): void {
  const file = openSync(path, flags);
  try {
    act(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
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
    throw new Problem(`${path}: not JSON (${text.length} characters; ${error instanceof Error ? error.message : error}); ${advice}`);
  }
}
