import { z } from "zod";
import type { Benchmark } from "../../benchmarks/benchmark.js";
import { type AugmentOptions, augmentationFrom, augmentationOf } from "../../images/augment/slices.js";
import { lookUp } from "../../lookUp.js";
import { methods } from "../../methods/index.js";
import { checkNetwork, isTested, type Method } from "../../methods/method.js";
import type { RecipeChoice, Training } from "../../methods/recipes.js";
import { networks } from "../../networks/index.js";
import { shippedWeights, weightsIn } from "../../networks/weights.js";
import { Problem } from "../../problem.js";
import { augmentationsOf } from "../batches/augmentation.js";
import { checkMixing } from "./mixing.js";
import { fill, optionsOf } from "./options.js";
import { benchmarkFor, dataOf, networkFor } from "./presets.js";
import { type Config, configSchema, parse, parseConfig, parseOptions } from "./schema.js";

export { type Config, configHash, type Preset, type Protocol } from "./schema.js";

/** A config with everything optional, nested fields too. */
export type PartialConfig = {
  [K in Exclude<keyof Config, "pretraining" | "weights">]?: Config[K] extends object ? Partial<Config[K]> : Config[K];
} & { pretraining?: PartialPretraining | null; weights?: Config["weights"] | string };
type Pretraining = NonNullable<Config["pretraining"]>;
type PartialPretraining = {
  [K in Exclude<keyof Pretraining, "pretraining">]?: Pretraining[K] extends object
    ? Partial<Pretraining[K]>
    : Pretraining[K];
} & { pretraining?: PartialPretraining | null };

const parts = {
  batch: configSchema.shape.batch.partial().optional(),
  optimizer: configSchema.shape.optimizer.partial().optional(),
};
const { pretraining: whole } = configSchema.shape;
const partialPretraining: z.ZodType<PartialPretraining> = whole
  .unwrap()
  .partial()
  .extend({
    ...parts,
    get pretraining(): z.ZodOptional<z.ZodNullable<z.ZodType<PartialPretraining>>> {
      return z.optional(z.nullable(partialPretraining));
    },
  });
const partialSchema = configSchema.partial().extend({
  ...parts,
  labeledSeed: configSchema.shape.labeledSeed.unwrap().optional(),
  weights: z.union([configSchema.shape.weights.unwrap(), z.string()]).optional(),
  pretraining: z.optional(z.nullable(partialPretraining)),
});

/** A partial config out of words, checked as far as it goes. */
export const readPartial = (given: unknown, where: string): PartialConfig =>
  parse<PartialConfig>(partialSchema, given, where);

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
  if (partial.network !== undefined) lookUp(networks, partial.network, `${where}: network`);
  const benchmark = benchmarkFor(name, partial.network, `${where}: benchmark`);
  const method = lookUp(methods, methodName, `${where}: method`);
  const dimensions = benchmark.imageSize.length;
  const labeled = partial.labeled ?? (method.labeled ? benchmark.labeledChoices[0] : 0);
  if (method.labeled && !benchmark.labeledChoices.includes(labeled))
    throw new Problem(
      `${where}: labeled: found ${labeled}, expected one of ${benchmark.labeledChoices.join(", ")} for ${benchmark.name}`,
    );
  if (!method.labeled && labeled !== 0)
    throw new Problem(`${where}: labeled: found ${labeled}, expected none: ${methodName} looks at no labels`);
  const { labeledSeed = 0 } = partial;
  if (!method.labeled && labeledSeed !== 0)
    throw new Problem(`${where}: labeledSeed: found ${labeledSeed}, expected none: ${methodName} looks at no labels`);
  checkDimensions(method, benchmark, `${where}: method`);
  const choice = { benchmark, preset, protocol };
  const recipe = method.recipe(choice);
  const network = partial.network ?? networkFor(benchmark, preset);
  checkNetwork(network, dimensions, `${where}: network`);
  const changes = { ...augmentationOf(protocol), ...(protocol === "lab" ? benchmark.augmentation : {}) };
  const training = trainingOf(partial, method, recipe, where);
  const weights = startingWeights(partial.weights, network, benchmark, `${where}: weights`);
  const complete = {
    benchmark: benchmark.name,
    labeled,
    labeledSeed: labeled === benchmark.labeledChoices.at(-1) ? 0 : labeledSeed, // of all there is one draw
    data: fill({ ...benchmark.optionsOf(protocol), ...dataOf(benchmark, preset) }, partial.data, ["data"], where),
    method: methodName,
    options: optionsOf(method, choice, partial.options, ["options"], where),
    network,
    ...(weights && { weights }),
    preset,
    protocol,
    seed,
    ...training,
    augmentation: augmentationFor(benchmark, changes, partial.augmentation, where),
    pretraining: pretrainingOf(partial.pretraining, method, choice, where, ["pretraining"]),
    validateEvery:
      partial.validateEvery ??
      Math.max(1, method.pretrains ? training.steps : Math.min(recipe.validateEvery, training.steps)),
    checkpoint: partial.checkpoint ?? (benchmark.hasValidation && training.steps > 0 ? recipe.checkpoint : "last"),
  };
  const config = parseConfig(complete, where);
  checkMixing(config, where);
  if (config.steps === 0) checkUntrained(config, method, where);
  return config;
}

/** The augmentation of a benchmark. Throws a Problem where it is asked for what does not act on such images. */
function augmentationFor(
  { name, kind }: Benchmark,
  usual: AugmentOptions,
  given: PartialConfig["augmentation"],
  where: string,
): Config["augmentation"] {
  const filled = augmentationFrom(fill({ ...usual }, given, ["augmentation"], where));
  const acting: readonly string[] = augmentationsOf[kind];
  for (const [option, value] of Object.entries(filled))
    if (value !== usual[option as keyof AugmentOptions] && !acting.includes(option))
      throw new Problem(
        `${where}: augmentation.${option}: found ${JSON.stringify(value)}, which changes nothing for the ${kind} of ${name}; there are ${acting.join(", ")}: leave it out`,
      );
  return { ...filled };
}

/** Throws a Problem where nothing is trained and there is nothing to test either: no weights of a file, a pre-training, or weights chosen by validation. */
function checkUntrained({ options, weights, pretraining, checkpoint }: Config, method: Method, where: string): void {
  if (!weights || pretraining || !isTested(method, options))
    throw new Problem(
      `${where}: steps: found 0, expected a number from 1; 0 only tests a whole network's weights, named with --weights, of a method without pre-training`,
    );
  if (checkpoint !== "last")
    throw new Problem(`${where}: checkpoint: found "${checkpoint}", expected "last" where steps is 0`);
}

/** The weights that a network begins with: "random" ones (undefined), those in a file, or, where nothing is said, ImageNet's for photographs if the lab has them. */
function startingWeights(
  given: PartialConfig["weights"],
  network: string,
  { kind }: Benchmark,
  where: string,
): Config["weights"] {
  if (given === "random") return undefined;
  if (given === undefined) return kind === "photographs" ? shippedWeights(network) : undefined;
  if (!networks[network].namings)
    throw new Problem(
      `${where}: found ${typeof given === "string" ? `"${given}"` : given.file}, expected "random": pre-trained weights of ${network} are not known`,
    );
  return typeof given === "string" ? weightsIn(given, where) : given;
}

/** Throws a Problem where a method does not know a benchmark's kind of images. */
export function checkDimensions(
  { name, dimensions }: Method,
  benchmark: { name: string; imageSize: readonly number[] },
  where: string,
): void {
  const count = benchmark.imageSize.length;
  if (dimensions.some((one) => one === count)) return;
  const others = Object.values(methods).filter((method) => method.dimensions.some((one) => one === count));
  throw new Problem(
    `${where}: found "${name}", which knows ${count === 3 ? "slices and photographs" : "volumes"} alone so far, expected ${others.map((method) => method.name).join(" or ")} for the ${count === 3 ? "volumes" : "images"} of ${benchmark.name}`,
  );
}

/** Length, batch, draws and optimiser: the recipe's where nothing else is given. */
function trainingOf(
  given: Pick<PartialPretraining, "steps" | "batch" | "draw" | "optimizer">,
  { name, labeled, unlabeled }: Method,
  recipe: Training,
  where: string,
) {
  const batch = { ...recipe.batch, ...given.batch };
  if (labeled ? batch.labeled < 1 : batch.labeled > 0)
    throw new Problem(
      `${where}: batch.labeled: found ${batch.labeled}, expected ${labeled ? "a number from 1" : `0: ${name} looks at no labels`}`,
    );
  if (!unlabeled && batch.unlabeled > 0)
    throw new Problem(
      `${where}: batch.unlabeled: found ${batch.unlabeled}, expected 0: ${name} looks at labelled images alone`,
    );
  if (batch.unlabeled < 1 && unlabeled === true)
    throw new Problem(
      `${where}: batch.unlabeled: found 0, expected a number from 1: ${name} ${labeled ? 'learns from unlabelled images, too; method "supervised" does without' : "takes no other images"}`,
    );
  return {
    steps: given.steps ?? recipe.steps,
    batch,
    draw: given.draw ?? recipe.draw,
    optimizer: { ...recipe.optimizer, ...given.optimizer },
  };
}

/** What a method starts from: the pre-training that is asked for, else its own; null where it starts from random weights. */
function pretrainingOf(
  given: PartialPretraining | null | undefined,
  method: Method,
  choice: RecipeChoice & { benchmark: Benchmark },
  where: string,
  path: string[],
): Config["pretraining"] {
  const name = given?.method ?? method.pretraining;
  if (given === null || name === undefined) return null;
  const first = lookUp(methods, name, `${where}: ${path.join(".")}.method`);
  if (!first.pretrains || !method.pretraining)
    throw new Problem(
      `${where}: ${path.join(".")}: found "${name}" before ${method.name}, expected ${method.pretraining ? "a pre-training method" : "none: this method starts from random weights"}`,
    );
  if (first.labeled && !method.labeled)
    throw new Problem(
      `${where}: ${path.join(".")}: found "${name}", which looks at labels, before ${method.name}, which looks at none; expected a pre-training without labels`,
    );
  checkDimensions(first, choice.benchmark, `${where}: ${path.join(".")}.method`);
  const options = parseOptions(optionsOf(first, choice, given?.options, [...path, "options"], where));
  const training = trainingOf(given ?? {}, first, first.recipe(choice), `${where}: ${path.join(".")}`);
  checkMixing({ options, ...training }, where, path);
  return {
    method: name,
    options,
    ...training,
    optimizer: { warmUp: 0, ...first.recipe(choice).optimizer, ...given?.optimizer },
    pretraining: pretrainingOf(given?.pretraining, first, choice, where, [...path, "pretraining"]),
  };
}

/**
 * The run that a config's pre-training is, with the same data, seed and augmentation: equal for all runs that share it, so it is trained once.
 * It is what `--method` with its name and the same choices trains. One without labels is the same whatever the number of labelled cases.
 */
export function pretrainingConfig(config: Config): Config | undefined {
  if (!config.pretraining) return undefined;
  const { method, steps, ...phase } = config.pretraining;
  const labels = lookUp(methods, method, "pretraining.method").labeled
    ? { labeled: config.labeled, labeledSeed: config.labeledSeed }
    : { labeled: 0, labeledSeed: 0 };
  return parseConfig(
    { ...config, ...phase, method, steps, ...labels, validateEvery: steps, checkpoint: "last" },
    "pretraining",
  );
}

/** The runs that a config's pre-trainings are, one after the other, the one that the config starts from last. */
export function pretrainingConfigs(config: Config): Config[] {
  const last = pretrainingConfig(config);
  return last ? [...pretrainingConfigs(last), last] : [];
}
