import { readIndexMask } from "../../images/pictures/index.js";
import { Problem } from "../../problem.js";

/** What the values of a mask mean: a class, −1 = ignore. A value that is not there is an error. */
export type Encoding = ReadonlyMap<number, number>;

/** The encoding in which the values of a list, in its order, are the classes 0, 1, …, and others are ignored. */
export const encoding = (classes: readonly number[], ignored: readonly number[]): Encoding =>
  new Map([
    ...classes.map((value, number): [number, number] => [value, number]),
    ...ignored.map((value): [number, number] => [value, -1]),
  ]);

/** The whole numbers from one to another. */
export const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** The classes in a PNG mask, by its stored numbers (never its colours). Throws a Problem where a number has no meaning. */
export function readClasses(path: string, known: Encoding): { data: Int8Array; shape: readonly [number, number] } {
  const { data, shape } = readIndexMask(path);
  const unknown = -2;
  const table = Int8Array.from({ length: 256 }, (_, value) => known.get(value) ?? unknown);
  const classes = new Int8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    classes[i] = table[data[i]];
    if (classes[i] === unknown)
      throw new Problem(
        `${path}: found label ${data[i]} in row ${Math.floor(i / shape[1])}, column ${i % shape[1]}, expected only ${words(known)}; this is another encoding, or the file is damaged: get it again`,
      );
  }
  return { data: classes, shape };
}

/** Known values in short: "0–20, 255". */
function words(known: Encoding): string {
  const values = [...known.keys()].sort((a, b) => a - b);
  const runs: number[][] = [];
  for (const value of values) {
    const last = runs[runs.length - 1];
    if (last?.[last.length - 1] === value - 1) last.push(value);
    else runs.push([value]);
  }
  return runs.map((run) => (run.length > 1 ? `${run[0]}–${run[run.length - 1]}` : `${run[0]}`)).join(", ");
}
