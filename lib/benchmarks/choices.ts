import { closest } from "fastest-levenshtein";
import { Problem } from "../problem.js";
import type { Benchmark, DataOptions, OpenOptions } from "./benchmark.js";

/** "did you mean …?" and the whole list, for messages about a name that is not known. */
export function expected(name: string, known: readonly string[]): string {
  return known.length
    ? `expected one of ${known.join(", ")}; did you mean "${closest(name, known)}"?`
    : "expected none";
}

/** The options given, laid over the benchmark's own. Throws a Problem for an unknown name, a value of another type, and a number of labelled cases that is not offered. */
export function resolveOptions(
  benchmark: Benchmark,
  { labeled, labeledChoices = benchmark.labeledChoices, options = {} }: OpenOptions,
): DataOptions {
  if (!labeledChoices.includes(labeled))
    throw new Problem(
      `${benchmark.name}: found ${labeled} labelled cases, expected one of ${labeledChoices.join(", ")}`,
    );
  const defaults = benchmark.optionsOf("lab");
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(defaults, name))
      throw new Problem(`${benchmark.name}: found option "${name}", ${expected(name, Object.keys(defaults))}`);
    if (typeof value !== typeof defaults[name])
      throw new Problem(
        `${benchmark.name}: option ${name}: found ${JSON.stringify(value)}, expected a ${typeof defaults[name]} such as ${JSON.stringify(defaults[name])}`,
      );
  }
  return { ...defaults, ...options };
}

/** The value of an option that takes one of a few words; any other throws a Problem. */
export function oneOf<T extends string>(
  benchmark: string,
  name: string,
  value: string | number | boolean,
  allowed: readonly T[],
): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined)
    throw new Problem(
      `${benchmark}: option ${name}: found ${JSON.stringify(value)}, ${expected(String(value), allowed)}`,
    );
  return found;
}
