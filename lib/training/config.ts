import { benchmarks } from "../benchmarks/index.js";
import { augmentationFrom, augmentationOf } from "../images/augment.js";
import { methods } from "../methods/index.js";
import { Problem } from "../problem.js";
import { choose } from "./nearest.js";
import { presetOf } from "./presets.js";
import { type Config, configSchema, isRecord, parse, parseConfig, show, unknownKey } from "./schema.js";

export { type Config, configHash, type Preset, type Protocol } from "./schema.js";

/** A config with everything optional, nested fields too. */
export type PartialConfig = { [K in keyof Config]?: Config[K] extends object ? Partial<Config[K]> : Config[K] };

const partialSchema = configSchema.partial().extend({
  batch: configSchema.shape.batch.partial().optional(),
  optimizer: configSchema.shape.optimizer.partial().optional(),
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
  const defaults = presetOf({ benchmark: name, unlabeled: method.unlabeled, preset, protocol });
  const moves = { ...augmentationOf(protocol), ...(protocol === "lab" ? benchmark.augmentation : {}) };
  const complete = {
    benchmark: name,
    labeled,
    data: fill(benchmark.optionsOf(protocol), partial.data, ["data"], where),
    method: methodName,
    options: fill(method.defaults, partial.options, ["options"], where),
    encoder: partial.encoder ?? defaults.encoder,
    preset,
    protocol,
    seed,
    steps: partial.steps ?? defaults.steps,
    batch: { ...defaults.batch, ...partial.batch },
    optimizer: { ...defaults.optimizer, ...partial.optimizer },
    augmentation: { ...augmentationFrom(fill(moves, partial.augmentation, ["augmentation"], where)) },
    validateEvery: partial.validateEvery ?? defaults.validateEvery,
    checkpoint: partial.checkpoint ?? defaults.checkpoint,
  };
  return parseConfig(complete, where);
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
