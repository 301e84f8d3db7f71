import { createHash } from "node:crypto";
import { z } from "zod";
import { nearest } from "../../lookUp.js";
import { rules } from "../../optimizers/rules.js";
import { schedules } from "../../optimizers/schedule.js";
import { Problem } from "../../problem.js";

const count = z.int().min(0);
const positive = z.int().min(1);
/** Options of a method or an augmentation: `resolveConfig` checks them against its own defaults, key by key and type by type. */
const options = z.record(z.string(), z.json());

const batch = z.strictObject({ labeled: count, unlabeled: count });
const optimizer = z.strictObject({
  kind: z.enum(Object.keys(rules) as (keyof typeof rules)[]),
  rate: z.number().positive(),
  momentum: z.number().min(0).lt(1),
  nesterov: z.boolean(),
  weightDecay: z.number().min(0),
  schedule: z.enum(schedules),
  warmUp: count.default(0),
});

/** The pre-training that a run starts from, with the one that itself starts from; what it does not say is as in the run. */
const pretraining = z.strictObject({
  method: z.string(),
  options,
  steps: positive,
  batch,
  draw: z.enum(["passes", "replacement", "partitions"]),
  optimizer,
  get pretraining(): z.ZodNullable<typeof pretraining> {
    return pretraining.nullable();
  },
});

/** Every field of a config; `resolveConfig` fills in what a person leaves out. */
export const configSchema = z.strictObject({
  benchmark: z.string(),
  labeled: count,
  labeledSeed: count.default(0),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  method: z.string(),
  options,
  network: z.string(),
  weights: z.strictObject({ file: z.string(), sha256: z.string() }).optional(),
  preset: z.enum(["smoke", "mini", "full"]),
  protocol: z.enum(["lab", "paper", "released"]),
  seed: count,
  steps: count,
  batch,
  draw: z.enum(["passes", "replacement", "partitions"]),
  optimizer,
  augmentation: options,
  pretraining: pretraining.nullable(),
  validateEvery: positive,
  checkpoint: z.enum(["last", "bestVal"]),
});

/**
 * Everything that decides the result of a run, and nothing else (no folder, no number of workers): two runs with equal configs are the same run.
 * `labeled` counts labelled cases (0 where the method looks at no labels), and `labeledSeed` draws which (0: as published); `data` holds the choices that the benchmark leaves open; `batch` counts images a step; `validateEvery` and `steps` count optimiser steps;
 * `weights` are those that the network or its encoder begins with, random ones where they are absent, and with 0 steps those that are tested; `draw` says how examples are drawn (see `drawing`); `pretraining` is the run whose weights this one starts from, null for random ones;
 * `checkpoint` says which weights are tested.
 */
export type Config = z.infer<typeof configSchema>;
export type { Preset, Protocol } from "../../methods/recipes.js";

/** A complete config out of JSON; `where` names the file in the message of the Problem that a wrong one throws. */
export function parseConfig(value: unknown, where: string): Config {
  return parse(configSchema, value, where);
}

/** Options as a config holds them: plain JSON. */
export const parseOptions = (value: unknown): Config["options"] => parse(options, value, "options");

/** Checks a value against a schema; the first fault becomes a Problem that names the field (behind `path`), what was found and what was expected, with `usual` values as examples. */
export function parse<T>(
  schema: z.ZodType<T>,
  value: unknown,
  where: string,
  { path = [], usual }: { path?: readonly string[]; usual?: object } = {},
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Problem(`${where}: ${explain(result.error.issues[0], value, schema, { path, usual })}`);
}

/** Hex sha256 of the config written with sorted keys. */
export function configHash(config: Config): string {
  return createHash("sha256").update(canonical(config)).digest("hex");
}

/** JSON with the keys of every object in alphabetical order, so that equal values give equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(",")}}`;
}

function explain(
  issue: z.core.$ZodIssue,
  value: unknown,
  schema: unknown,
  { path, usual }: { path: readonly string[]; usual?: object },
): string {
  const name = [...path, ...issue.path].join(".");
  if (issue.code === "unrecognized_keys")
    return unknownKey([...path, ...issue.path, issue.keys[0]], keysAt(schema, issue.path));
  if (issue.code === "custom") return `${name}: ${issue.message}`; // as of `oneOf`
  const found = at(value, issue.path);
  const guess =
    issue.code === "invalid_value" && typeof found === "string" ? nearest(found, issue.values.map(String)) : undefined;
  const example = usual && issue.code === "invalid_type" ? ` such as ${show(at(usual, issue.path))}` : "";
  return `${name || "the config"}: found ${show(found)}, expected ${expectation(issue)}${example}${guess ? `; did you mean "${guess}"?` : ""}`;
}

/** "unknown key "stps"; did you mean "steps"?" with the list of keys where none is near. */
export function unknownKey(path: readonly PropertyKey[], known: readonly string[]): string {
  const [key] = path.slice(-1).map(String);
  const guess = nearest(key, known);
  return `unknown key "${path.join(".")}"; ${guess ? `did you mean "${[...path.slice(0, -1), guess].join(".")}"?` : `known: ${known.join(", ") || "none"}`}`;
}

const types: Record<string, string> = {
  int: "a whole number",
  number: "a number",
  string: "a word",
  boolean: "true or false",
  record: "an object",
  object: "an object",
};

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return types[issue.expected] ?? `a value of type ${issue.expected}`;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `a number ${issue.inclusive ? "from" : "above"} ${issue.minimum}`;
    case "too_big":
      return `a number ${issue.inclusive ? "up to" : "below"} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** Names of the fields of the (nested) object at a path of a schema. */
function keysAt(outer: unknown, path: readonly PropertyKey[]): string[] {
  const schema = bare(path.reduce<unknown>((object, key) => fieldOf(object, String(key)), outer));
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The schema of a field of an object's, undefined where it has none. */
export function fieldOf(schema: unknown, key: string): unknown {
  const object = bare(schema);
  return object instanceof z.ZodObject && Object.hasOwn(object.shape, key) ? object.shape[key] : undefined;
}

/** A schema without what wraps it: nullable, optional, default. */
function bare(schema: unknown): unknown {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault)
    return bare(schema.unwrap());
  return schema;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((part, key) => (isRecord(part) ? part[String(key)] : undefined), value);
}

/** A value as a message shows it. */
export const show = (value: unknown) => (value === undefined ? "nothing" : (JSON.stringify(value) ?? String(value)));

/** Whether a value is an object with named fields. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
