import { methods } from "../../methods/index.js";
import type { Method } from "../../methods/method.js";
import { defaultsOf } from "../../methods/options.js";
import type { RecipeChoice } from "../../methods/recipes.js";
import { Problem } from "../../problem.js";
import { isRecord, parse, show, unknownKey } from "./schema.js";

/** The options of a method under a protocol, for a benchmark's kind of data and a preset, overridden by given ones and checked by its schema. */
export function optionsOf(
  method: Method,
  { preset, protocol, benchmark }: RecipeChoice,
  given: object | undefined,
  path: string[],
  where: string,
): object {
  const usual = defaultsOf(method, protocol, benchmark.kind, preset);
  return parse(method.options, laid(usual, given, path, where), where, { path, usual });
}

/** "; it is an option of arco" where an option that a method lacks is another's. */
function ownersOf([field, ...deeper]: readonly string[], key: string): string {
  if (field !== "options" || deeper.length > 0) return "";
  const owners = Object.values(methods).filter((method) => Object.hasOwn(defaultsOf(method), key));
  return owners.length > 0 ? `; "${key}" is an option of ${owners.map(({ name }) => name).join(", ")}` : "";
}

/** Defaults overridden by given values, key by key; an unknown key throws. */
function laid(defaults: object, given: object = {}, path: string[], where: string): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, key))
      throw new Problem(`${where}: ${unknownKey([...path, key], Object.keys(defaults))}${ownersOf(path, key)}`);
    const usual = filled[key];
    filled[key] = isRecord(usual) && isRecord(value) ? laid(usual, value, [...path, key], where) : value;
  }
  return filled;
}

/** Defaults overridden by given values; an unknown key or a value of another type than its default throws. */
export function fill(defaults: object, given: object = {}, path: string[], where: string): Record<string, unknown> {
  const filled = laid(defaults, given, path, where);
  for (const [key, usual] of Object.entries(defaults))
    if (typeof usual !== typeof filled[key] || Array.isArray(usual) !== Array.isArray(filled[key]))
      throw new Problem(
        `${where}: ${[...path, key].join(".")}: found ${show(filled[key])}, expected a ${typeof usual} such as ${show(usual)}`,
      );
  return filled;
}
