import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Problem } from "./problem.js";

const reasons: Record<string, string> = {
  ENOSPC: "the disk is full; free some space and give the same command again",
  EDQUOT: "your quota on this disk is used up; free some space and give the same command again",
  EACCES: "this user may not write there; choose another folder or change its permissions",
  EPERM: "this user may not write there; choose another folder or change its permissions",
  EROFS: "the disk is read-only; choose another folder",
  ENOTDIR: "a part of this path is a file, not a folder; choose another folder",
  EEXIST: "a file is in the way of a folder of this name; move it or choose another folder",
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
