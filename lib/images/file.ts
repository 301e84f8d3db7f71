import { closeSync, lstatSync, openSync, readFileSync, readlinkSync, readSync } from "node:fs";
import { diskReason } from "../disk.js";
import { Problem } from "../problem.js";

/** All bytes of a file; `expected` is what it should be ("a NIfTI image"). A file that is missing, empty or not to be read throws a Problem. */
export function bytesOf(path: string, expected: string): Buffer {
  try {
    const file = readFileSync(path);
    if (file.length > 0) return file;
  } catch (error) {
    throw unreadable(path, expected, error);
  }
  throw new Problem(`${path}: empty file, expected ${expected}; get it again`);
}

/** The first bytes of a file, as many as asked for if it has so many; otherwise as `bytesOf`. */
export function firstBytesOf(path: string, count: number, expected: string): Buffer {
  const bytes = Buffer.alloc(count);
  let length = 0;
  try {
    const file = openSync(path, "r");
    try {
      length = readSync(file, bytes);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unreadable(path, expected, error);
  }
  if (length === 0) throw new Problem(`${path}: empty file, expected ${expected}; get it again`);
  return bytes.subarray(0, length);
}

/** What kept a file from being read, as an error that says what to do; `expected` is what it should have been ("a NIfTI image"). */
export function unreadable(path: string, expected: string, error: unknown): unknown {
  if (!(error instanceof Error && "code" in error)) return error;
  if (error.code === "ENOENT") return new Problem(`${path}: ${missing(path)}, expected ${expected}; check the name`);
  if (error.code === "EISDIR") return new Problem(`${path}: found a folder, expected ${expected}; name the file`);
  if (error.code === "ENOTDIR")
    return new Problem(`${path}: a part of this path is a file, not a folder, expected ${expected}; check the name`);
  if (error.code === "ELOOP")
    return new Problem(`${path}: found links that lead in a circle, expected ${expected}; link to the file itself`);
  if (error.code === "EACCES" || error.code === "EPERM")
    return new Problem(
      `${path}: cannot be read (${error.code}), expected ${expected}; check its permissions and the disk`,
    );
  const reason = diskReason(error);
  return reason === undefined ? error : new Problem(`${path}: cannot be read, expected ${expected}: ${reason}`);
}

/** A link whose end is not there is said to be one. */
function missing(path: string): string {
  const link = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
  return link === undefined ? "not found" : `a link to ${link}, which is not there`;
}
