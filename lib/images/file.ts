import { Problem } from "../problem.js";

/** What kept a file from being read, as an error that says what to do; `expected` is what it should have been ("a NIfTI image"). */
export function unreadable(path: string, expected: string, error: unknown): unknown {
  if (!(error instanceof Error && "code" in error)) return error;
  if (error.code === "ENOENT") return new Problem(`${path}: not found, expected ${expected}; check the name`);
  if (error.code === "EISDIR") return new Problem(`${path}: found a folder, expected ${expected}; name the file`);
  return new Problem(
    `${path}: cannot be read (${error.code}), expected ${expected}; check its permissions and the disk`,
  );
}

/** What kept a file from being written. */
export function unwritable(path: string, error: unknown): Problem {
  return new Problem(
    `${path}: cannot be written (${error instanceof Error ? error.message : error}); check that the folder exists, its permissions and the disk`,
  );
}
