import { Problem } from "../../problem.js";

/** Throws a Problem unless there are values and all of them are finite numbers; undefined ones count as left out on purpose. */
export function finite(what: string, values: ArrayLike<number | undefined>): void {
  if (values.length === 0) throw new Problem(`${what}: found no values, expected at least one; nothing can be drawn`);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === undefined || Number.isFinite(value)) continue;
    throw new Problem(
      `${what}: value ${at} is ${value}, expected a finite number; find out why it was not measured, or leave it out`,
    );
  }
}
