import { benchmarks } from "../../benchmarks/index.js";
import { choose } from "../../choose.js";
import { augmentationFrom, augmentationOf } from "../../images/augment/slices.js";
import { methods } from "../../methods/index.js";
import { checkEncoder, type Method } from "../../methods/method.js";
import { Problem } from "../../problem.js";
import { fill, optionsOf } from "./options.js";
import { type Choice, type Defaults, dataOf, presetOf } from "./presets.js";
import { type Config, configSchema, parse, parseConfig, parseOptions } from "./schema.js";

export { type Config, configHash, type Preset, type Protocol } from "./schema.js";

/** A config with everything optional, nested fields too. */
export type PartialConfig = {
  [K in Exclude<keyof Config, "pretraining">]?: Config[K] extends object ? Partial<Config[K]> : Config[K];
} & { pretraining?: PartialPretraining | null };
type Pretraining = NonNullable<Config["pretraining"]>;
type PartialPretraining = {
  [K in keyof Pretraining]?: Pretraining[K] extends object ? Partial<Pretraining[K]> : Pretraining[K];
};

const parts = {
  batch: configSchema.shape.batch.partial().optional(),
  optimizer: configSchema.shape.optimizer.partial().optional(),
};
const partialSchema = configSchema.partial().extend({
  ...parts,
  pretraining: configSchema.shape.pretraining.unwrap().partial().extend(parts).nullable().optional(),
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
  if (method.flat && benchmark.kind === "volumes")
    throw new Problem(
      `${where}: method: found "${methodName}", which knows slices and photographs alone so far, expected ${forVolumes.join(" or ")} for the volumes of ${name}`,
    );
  const defaults = presetOf({ benchmark, method, preset, protocol });
  const encoder = partial.encoder ?? defaults.encoder;
  checkEncoder(encoder, benchmark.imageSize.length, `${where}: encoder`);
  const moves = { ...augmentationOf(protocol), ...(protocol === "lab" ? benchmark.augmentation : {}) };
  const complete = {
    benchmark: name,
    labeled,
    data: fill({ ...benchmark.optionsOf(protocol), ...dataOf(benchmark, preset) }, partial.data, ["data"], where),
    method: methodName,
    options: optionsOf(method, protocol, partial.options, ["options"], where),
    encoder,
    preset,
    protocol,
    seed,
    steps: partial.steps ?? defaults.steps,
    batch: { ...defaults.batch, ...partial.batch },
    draw: partial.draw ?? defaults.draw,
    optimizer: { ...defaults.optimizer, ...partial.optimizer },
    augmentation: { ...augmentationFrom(fill(moves, partial.augmentation, ["augmentation"], where)) },
    pretraining: pretrainingOf(partial, method, { benchmark, preset, protocol }, where),
    validateEvery: partial.validateEvery ?? validateEvery(method, defaults, partial.steps),
    checkpoint: partial.checkpoint ?? (benchmark.hasValidation ? defaults.checkpoint : "last"),
  };
  return parseConfig(complete, where);
}

const forVolumes = Object.values(methods)
  .filter(({ flat }) => !flat)
  .map(({ name }) => name);

/** A pre-training is validated at its end alone: nothing is chosen by it. */
const validateEvery = ({ pretrains }: Method, defaults: Defaults, steps = defaults.steps) =>
  pretrains ? steps : Math.min(defaults.validateEvery, steps);

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
  const options = optionsOf(first, choice.protocol, pretraining?.options, ["pretraining", "options"], where);
  return {
    framework,
    steps: pretraining?.steps ?? defaults.steps,
    batch: { ...defaults.batch, ...pretraining?.batch },
    optimizer: { ...defaults.optimizer, ...pretraining?.optimizer },
    options: parseOptions(options),
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
