import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { shortened } from "../../disk.js";
import type { Group } from "./store.js";

/** Where the image and the label of a group lie, decoded as `form` says; label files are looked at only when the label is asked for. */
export function filesOf(folder: string, { id, images, labels }: Group, form: string) {
  const path = (sources: readonly string[], kind: string) =>
    join(folder, `${shortId(id)}.${form}.${digest(sources.map(stamp))}.${kind}`);
  let label: string | undefined;
  return {
    image: path(images, "image"),
    label() {
      label ??= path([...images, ...labels], "label");
      return label;
    },
  };
}

const longest = 120; // characters

/** An id as a part of a file's name, short whatever it is. */
export function shortId(id: string): string {
  const plain = id.replace(/[^\w.-]/g, "_");
  return plain.length > longest ? shortened(id) : plain;
}

/**
 * Whether a process may still be writing a file: one of this machine that lives, or one of another, whose file is young.
 * What a killed one has left is neither; clocks may jump either way.
 */
export function isBeingWritten(path: string): boolean {
  const [, pid] = /\.(\d+)\.\d+\.part$/.exec(path) ?? [];
  if (pid === undefined) return false;
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return isAlive(Number(pid)) || Math.abs(age) < 600_000;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** What changes when a file is changed or another is taken: its place, size and time. */
export function stamp(path: string): unknown {
  const found = statSync(path, { throwIfNoEntry: false });
  return [path, found?.size, found?.mtimeMs];
}

/** A short name of whatever decides what is kept. */
export const digest = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);
