import { benchmarks } from "../benchmarks/index.js";
import { augmentationFrom, augmentationOf } from "../images/augment.js";
import { methods } from "../methods/index.js";
import type { Method } from "../methods/method.js";
import { Problem } from "../problem.js";
import { choose } from "./nearest.js";
import { type Choice, presetOf } from "./presets.js";
import { type Config, configSchema, isRecord, parse, parseConfig, parseOptions, show, unknownKey } from "./schema.js";

export { type Config, configHash, type Preset, type Protocol } from "./schema.js";

/** A config with everything optional, nested fields too. */
export type PartialConfig = {
  [K in Exclude<keyof Config, "pretraining">]?: Config[K] extends object ? Partial<Config[K]> : Config[K];
} & { pretraining?: Partial<NonNullable<Config["pretraining"]>> | null };

const partialSchema = configSchema.partial().extend({
  batch: configSchema.shape.batch.partial().optional(),
  optimizer: configSchema.shape.optimizer.partial().optional(),
  pretraining: configSchema.shape.pretraining.unwrap().partial().nullable().optional(),
});

/** A partial config out of words, checked as far as it goes. */
export const readPartial = (given: unknown, where: string): PartialConfig => parse(partialSchema, given, where);

/**
 * The complete config of what a person wrote: defaults follow from benchmark, method, preset and protocol.
 * Throws a Problem for an unknown key (with the nearest one), a value of the wrong type or range, an unknown benchmark or method,
 * and a number of labelled cases that the benchmark does not offer.
 */
export function resolveConfig(given: PartialConfig = {}, where = "config"): Config {
  const partial = readPartial(given, where);
  const {
    benchmark: name = "hippocampus",
    method: methodName = "supervised",
    preset = "mini",
    protocol = "lab",
    seed = 0,
  } = partial;
  const benchmark = choose(benchmarks, name, `${where}: benchmark`);
  const method = choose(methods, methodName, `${where}: method`);
  const labeled = partial.labeled ?? benchmark.labeledChoices[0];
  if (!benchmark.labeledChoices.includes(labeled))
    throw new Problem(
      `${where}: labeled: found ${labeled}, expected one of ${benchmark.labeledChoices.join(", ")} for ${name}`,
    );
  const defaults = presetOf({ benchmark: name, method, preset, protocol });
  const moves = { ...augmentationOf(protocol), ...(protocol === "lab" ? benchmark.augmentation : {}) };
  const complete = {
    benchmark: name,
    labeled,
    data: fill(benchmark.optionsOf(protocol), partial.data, ["data"], where),
    method: methodName,
    options: fill(method.optionsOf?.(protocol) ?? method.defaults, partial.options, ["options"], where),
    encoder: partial.encoder ?? defaults.encoder,
    preset,
    protocol,
    seed,
    steps: partial.steps ?? defaults.steps,
    batch: { ...defaults.batch, ...partial.batch },
    draw: partial.draw ?? defaults.draw,
    optimizer: { ...defaults.optimizer, ...partial.optimizer },
    augmentation: { ...augmentationFrom(fill(moves, partial.augmentation, ["augmentation"], where)) },
    pretraining: pretrainingOf(partial, method, { benchmark: name, preset, protocol }, where),
    validateEvery: partial.validateEvery ?? Math.min(defaults.validateEvery, partial.steps ?? defaults.steps),
    checkpoint: partial.checkpoint ?? defaults.checkpoint,
  };
  return parseConfig(complete, where);
}

/** The first phase of a method that has one; null where it starts from random weights. */
function pretrainingOf(
  { pretraining }: PartialConfig,
  method: Method,
  choice: Omit<Choice, "method">,
  where: string,
): Config["pretraining"] {
  const framework = pretraining?.framework ?? method.pretraining;
  if (pretraining === null || framework === undefined || framework === "none") return null;
  const first = choose(methods, framework, `${where}: pretraining.framework`);
  if (!first.pretrains || !method.pretraining)
    throw new Problem(
      `${where}: pretraining: found "${framework}" before ${method.name}, expected ${method.pretraining ? "a pre-training method" : "none: this method starts from random weights"}`,
    );
  const defaults = presetOf({ ...choice, method: first });
  const options = first.optionsOf?.(choice.protocol) ?? first.defaults;
  return {
    framework,
    steps: pretraining?.steps ?? defaults.steps,
    batch: { ...defaults.batch, ...pretraining?.batch },
    optimizer: { ...defaults.optimizer, ...pretraining?.optimizer },
    options: parseOptions(fill(options, pretraining?.options, ["pretraining", "options"], where)),
  };
}

/**
 * The run that a config's pre-training is, with the same data, seed and augmentation: equal for all arms that share it, so it is trained once.
 * It is what `--method relational` with the same choices trains.
 */
export function pretrainingConfig(config: Config): Config | undefined {
  if (!config.pretraining) return undefined;
  const { framework: method, steps, batch, optimizer, options } = config.pretraining;
  const phase = { method, steps, batch, optimizer, options, pretraining: null, validateEvery: steps };
  return parseConfig({ ...config, ...phase, draw: "passes", checkpoint: "last" }, "pretraining");
}

/** Defaults overridden by given values, key by key; an unknown key or a value of another type throws. */
function fill(defaults: object, given: object = {}, path: string[], where: string): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, key))
      throw new Problem(`${where}: ${unknownKey([...path, key], Object.keys(defaults))}`);
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
