import { createHash } from "node:crypto";
import { z } from "zod";
import { nearest } from "../../choose.js";
import { Problem } from "../../problem.js";

const count = z.int().min(0);
const positive = z.int().min(1);
/** Options of a method or an augmentation: `resolveConfig` checks them against its own defaults, key by key and type by type. */
const options = z.record(z.string(), z.json());

const batch = z.strictObject({ labeled: positive, unlabeled: count });
const optimizer = z.strictObject({
  kind: z.enum(["sgd", "adam"]),
  rate: z.number().positive(),
  momentum: z.number().min(0).lt(1),
  nesterov: z.boolean(),
  weightDecay: z.number().min(0),
  schedule: z.enum(["poly", "step", "constant"]),
});

/** Every field of a config; `resolveConfig` fills in what a person leaves out. */
export const configSchema = z.strictObject({
  benchmark: z.string(),
  labeled: positive,
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  method: z.string(),
  options,
  encoder: z.enum(["unet", "vnet"]),
  preset: z.enum(["smoke", "mini", "full"]),
  protocol: z.enum(["lab", "paper", "released"]),
  seed: count,
  steps: positive,
  batch,
  draw: z.enum(["passes", "replacement"]),
  optimizer,
  augmentation: options,
  pretraining: z.strictObject({ framework: z.string(), steps: positive, batch, optimizer, options }).nullable(),
  validateEvery: positive,
  checkpoint: z.enum(["last", "bestVal"]),
});

/**
 * Everything that decides the result of a run, and nothing else (no folder, no number of workers): two runs with equal configs are the same run.
 * `labeled` counts labelled cases; `data` holds the choices that the benchmark leaves open; `batch` counts images a step; `validateEvery` and `steps` count optimiser steps;
 * `draw` says whether examples come in shuffled passes or independently; `pretraining` is the run whose network this one starts from, null for random weights;
 * `checkpoint` says which weights are tested.
 */
export type Config = z.infer<typeof configSchema>;
/** Smoke: seconds (tests); mini: minutes on two cores; full: the paper's own length. */
export type Preset = Config["preset"];
/** Lab: ours, errors repaired; paper: to the letter; released: the published code with its behaviour. */
export type Protocol = Config["protocol"];

/** A complete config out of JSON; `where` names the file in the message of the Problem that a wrong one throws. */
export function parseConfig(value: unknown, where: string): Config {
  return parse(configSchema, value, where);
}

/** Options as a config holds them: plain JSON. */
export const parseOptions = (value: unknown): Config["options"] => parse(options, value, "options");

/** Checks a value against a schema; the first fault becomes a Problem that names the field, what was found and what was expected. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Problem(`${where}: ${explain(result.error.issues[0], value)}`);
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

function explain(issue: z.core.$ZodIssue, value: unknown): string {
  const name = issue.path.join(".");
  if (issue.code === "unrecognized_keys") return unknownKey([...issue.path, issue.keys[0]], keysAt(issue.path));
  return `${name || "the config"}: found ${show(at(value, issue.path))}, expected ${expectation(issue)}`;
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

/** Names of the fields of the (nested) object at a path. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configSchema;
  for (const key of path) {
    schema = schema instanceof z.ZodObject ? schema.shape[String(key)] : undefined;
    if (schema instanceof z.ZodNullable) schema = schema.unwrap();
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((part, key) => (isRecord(part) ? part[String(key)] : undefined), value);
}

/** A value as a message shows it. */
export const show = (value: unknown) => (value === undefined ? "nothing" : (JSON.stringify(value) ?? String(value)));

/** Whether a value is an object with named fields. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
