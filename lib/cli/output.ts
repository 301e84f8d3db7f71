import { availableParallelism } from "node:os";
import { InvalidArgumentError } from "commander";

/** Prints the one JSON object that a program reads. */
export const printJson = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** Prints lines for a person. */
export const print = (...lines: string[]) => process.stdout.write(`${lines.join("\n")}\n`);

/** A line for a person that must not mix with a program's JSON. */
export const note = (line: string) => process.stderr.write(`${line}\n`);

/** Reads a number of an option; anything else is a mistake in the command. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("Expected a number.");
  return value;
}

/** Reads a whole number of an option that is not below another. */
export const whole = (least: number) => (text: string) => {
  const value = number(text);
  if (!Number.isInteger(value) || value < least)
    throw new InvalidArgumentError(`Expected a whole number from ${least}.`);
  return value;
};

/**
 * Reads a number of threads, or of trainings side by side, at least so many. More than the machine has processors would only take memory, so that no more
 * are started, which is said; no result depends on their number.
 */
export const atMostProcessors = (option: string, least: number, words: string) => (text: string) => {
  const [asked, most] = [whole(least)(text), Math.max(least, availableParallelism())];
  if (asked > most) note(`${option} ${asked}: this machine has ${most} processors; ${most} ${words}.`);
  return Math.min(asked, most);
};

/** Reads `--workers`. */
export const threads = (least: number) => atMostProcessors("--workers", least, "threads are used");

/** Reads `--parallel`. */
export const trainings = atMostProcessors("--parallel", 1, "trainings run side by side");

/** Collects `key=value` words into a (nested) object: `optimizer.rate=0.05`. Numbers, true and false and JSON lists are read as such. */
export function setting(text: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Expected key=value.");
  return put(before, text.slice(0, at).split("."), read(text.slice(at + 1)));
}

function put(object: object, [key, ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  const inner = Object.entries(object).find(([name]) => name === key)?.[1];
  return {
    ...object,
    [key]: rest.length === 0 ? value : put(typeof inner === "object" && inner !== null ? inner : {}, rest, value),
  };
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // a word needs no quotes
  }
}

/** Lines of a table: the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join("  ")
      .trimEnd(),
  );
}

/** The numbers from 0 up to a count, as seeds and draws have them. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
