import { isRecord } from "../training/config/schema.js";
import type { LogRow } from "../training/journal.js";

/** The numbers of a row of a run's log by their tags: terms of the loss and the learning rate, or "validation/dice"; what is no number is left out. */
export function scalarsOf({ step: _, ...fields }: LogRow): Record<string, number> {
  const found: Record<string, number> = {};
  const add = (tag: string, value: unknown) => {
    if (typeof value === "number") found[tag] = value;
    else if (isRecord(value)) for (const [name, inner] of Object.entries(value)) add(`${tag}/${name}`, inner);
    else if (Array.isArray(value)) for (const [at, inner] of value.entries()) add(`${tag}/${at + 1}`, inner);
  };
  for (const [tag, value] of Object.entries(fields)) add(tag, value);
  return found;
}
