import { choose } from "../../choose.js";
import { methods } from "../../methods/index.js";
import type { Method } from "../../methods/method.js";
import { optionWords } from "../../methods/optionWords.js";
import { Problem } from "../../problem.js";
import { isRecord, type Protocol, show, unknownKey } from "./schema.js";

/** The options of a method under a protocol, overridden by given ones; an option that is a word must be one that is known. */
export function optionsOf(
  method: Method,
  protocol: Protocol,
  given: object | undefined,
  path: string[],
  where: string,
): Record<string, unknown> {
  const options = fill(method.optionsOf?.(protocol) ?? method.defaults, given, path, where);
  for (const [name, known] of Object.entries(optionWords[method.name] ?? {})) {
    const value = name.split(".").reduce<unknown>((part, key) => (isRecord(part) ? part[key] : undefined), options);
    choose(
      Object.fromEntries(known.map((word) => [word, word])),
      String(value),
      `${where}: ${[...path, name].join(".")}`,
    );
  }
  return options;
}

/** "; it is an option of arco" where an option that a method lacks is another's. */
function ownersOf([field, ...deeper]: readonly string[], key: string): string {
  if (field !== "options" || deeper.length > 0) return "";
  const owners = Object.values(methods).filter(({ defaults }) => Object.hasOwn(defaults, key));
  return owners.length > 0 ? `; "${key}" is an option of ${owners.map(({ name }) => name).join(", ")}` : "";
}

/** Defaults overridden by given values, key by key; an unknown key or a value of another type throws. */
export function fill(defaults: object, given: object = {}, path: string[], where: string): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, key))
      throw new Problem(`${where}: ${unknownKey([...path, key], Object.keys(defaults))}${ownersOf(path, key)}`);
    const usual = filled[key];
    if (isRecord(usual) && isRecord(value)) filled[key] = fill(usual, value, [...path, key], where);
    else if (typeof usual === typeof value && Array.isArray(usual) === Array.isArray(value)) filled[key] = value;
    else
      throw new Problem(
        `${where}: ${[...path, key].join(".")}: found ${show(value)}, expected a ${typeof usual} such as ${show(usual)}`,
      );
  }
  return filled;
}
