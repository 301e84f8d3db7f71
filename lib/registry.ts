import { Problem } from "./problem.js";

/** Things of one kind by their names: the lab's own, and those that a program or a notebook adds. */
export interface Registry<T extends { name: string }> {
  /** All of them; additions appear as they are made. */
  all: Record<string, T>;
  /** Adds one; another of its name that was added before makes room, so that a cell can be run again. Throws a Problem for a name of the lab's own. */
  register(one: T): T;
  /** The text of what was added under a name, which changes as its code does; undefined for what is the lab's own. */
  added(name: string): string | undefined;
}

/** A registry that begins with the lab's own things. */
export function registry<T extends { name: string }>(kind: string, own: Readonly<Record<string, T>>): Registry<T> {
  const all: Record<string, T> = { ...own };
  const texts = new Map<string, string>();
  return {
    all,
    register(one) {
      if (!/^[A-Za-z][\w-]*$/.test(one.name))
        throw new Problem(
          `${kind}: found the name "${one.name}", expected letters, digits and hyphens, beginning with a letter`,
        );
      if (Object.hasOwn(own, one.name))
        throw new Problem(`${kind}: found the name "${one.name}", which is one of the lab's own; choose another`);
      all[one.name] = one;
      texts.set(one.name, textOf(one));
      return one;
    },
    added: (name) => texts.get(name),
  };
}

/** The source of a value's functions and its plain values, in order. */
function textOf(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value === "function") return value.toString();
  if (typeof value !== "object" || value === null) return String(value);
  if (seen.has(value)) return "";
  seen.add(value);
  const fields = Object.entries(value).map(([key, field]) => `${key}: ${textOf(field, seen)}`);
  return `{${fields.join(", ")}}`;
}
