import { closest, distance } from "fastest-levenshtein";
import { Problem } from "./problem.js";

/** The known name that a mistyped one most likely meant, if one is near enough (at most half of its letters differ). */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const folded = new Map(known.map((word) => [word.toLowerCase(), word]));
  const guess = closest(name.toLowerCase(), [...folded.keys()]);
  return distance(name.toLowerCase(), guess) <= Math.max(1, Math.floor(guess.length / 2))
    ? folded.get(guess)
    : undefined;
}

/** The entry of a table by its name; an unknown name throws a Problem with the nearest one and all others. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  if (Object.hasOwn(table, name)) return table[name];
  throw new Problem(`${what}: ${foundInstead(name, Object.keys(table))}`);
}

/** "found "sagg", expected one of ns, sg, sag; did you mean "sag"?". */
export function foundInstead(name: string, known: readonly string[]): string {
  const guess = nearest(name, known);
  return `found "${name}", expected one of ${known.join(", ")}${guess ? `; did you mean "${guess}"?` : ""}`;
}
