import { z } from "zod";
import type { Mixing } from "../images/augment/mix.js";
import { foundInstead } from "../lookUp.js";
import type { Method } from "./method.js";
import { isShort, type Preset, type Protocol, type RecipeChoice } from "./recipes.js";

/** The options of a method under a protocol, for a kind of data and a length: its defaults with what these change of them. */
export function defaultsOf<Options extends object>(
  {
    options,
    protocols,
    volumes = {},
    photographs = {},
    short = {},
  }: Pick<Method<Options>, "options" | "protocols" | "volumes" | "photographs" | "short">,
  protocol: Protocol = "lab",
  kind: RecipeChoice["benchmark"]["kind"] = "slices",
  preset: Preset = "full",
): Options {
  const changes = [
    kind === "photographs" ? photographs : {},
    protocols?.[protocol] ?? {},
    kind === "volumes" ? changesOf(volumes, protocol) : {},
    isShort({ preset, protocol }) ? short : {},
  ];
  return options.parse(changes.reduce<object>(merged, options.parse({})));
}

/** What a method's volumes change of its options under a protocol. */
export const changesOf = (volumes: NonNullable<Method["volumes"]>, protocol: Protocol): object =>
  typeof volumes === "function" ? volumes(protocol) : volumes;

/** The fields of both, the second one's where both have them, (nested) key by key. */
export function merged(first: object, second: object): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const before = fields[key];
    fields[key] = isFields(before) && isFields(value) ? merged(before, value) : value;
  }
  return fields;
}

const isFields = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The name of an entry of a table that may grow, such as a registered sampler. */
export const oneOf = (table: Readonly<Record<string, unknown>>, usual: string) =>
  z
    .string()
    .refine((name) => Object.hasOwn(table, name), {
      error: ({ input }) => foundInstead(String(input), Object.keys(table)),
    })
    .default(usual)
    .meta({ choices: () => Object.keys(table) });

/**
 * An option that came after runs were made: while it has its default, which is what was done before there was a choice, it is no part of a run's identity,
 * so that those runs are found as before. Who changes that default takes the mark away.
 */
export const later = <Value>(option: z.ZodDefault<z.ZodType<Value>>) => option.meta({ ...option.meta(), later: true });

/** Whether a schema is that of an option that came later, and a value its default. */
export const isLater = (schema: unknown, value: unknown): boolean =>
  schema instanceof z.ZodDefault && schema.meta()?.later === true && schema.def.defaultValue === value;

// Options that several methods have, so that one word means one thing.

/** Factor of Dice + cross entropy. */
export const supervisedScale = (usual: number) =>
  z.number().min(0).default(usual).describe("factor of Dice + cross entropy on the labelled images");

/** The loss on labels of methods that are published with Dice alone. */
export const supervisedLoss = () =>
  z
    .enum(["diceCrossEntropy", "dice"])
    .default("diceCrossEntropy")
    .describe(
      "loss on labels: Dice + cross entropy as for every method compared under lab, so that they differ in what they add to it, or Dice alone as in this method's paper and code",
    );

/** Full weight of a consistency loss. */
export const consistencyWeight = (usual: number) =>
  z.number().min(0).default(usual).describe("full weight of the consistency").meta({ symbol: "ω_max" });

/** A share of the training. */
export const share = (usual: number) => z.number().min(0).max(1).default(usual);

/** Part of the training over which the consistency's weight rises. */
export const ramp = (usual: number) =>
  z
    .number()
    .min(0)
    .default(usual)
    .describe("part of the training over which the weight rises; 0: it is full from the first step on")
    .meta({ symbol: "R" });

/** In how many stairs a consistency's weight rises. */
export const stairs = (usual: number) =>
  z.int().min(1).default(usual).describe("equal parts of that in which the weight stays the same");

/** Rate of a moving average. */
export const momentum = (usual: number) =>
  z
    .number()
    .min(0)
    .max(1)
    .default(usual)
    .describe("rate of the teacher's moving average, or its limit")
    .meta({ symbol: "m" });

/** Noise that a teacher's images get. */
export const teacherNoise = (usual: number) =>
  z
    .number()
    .min(0)
    .default(usual)
    .describe("standard deviation of the noise on the teacher's images, cut off at twice that");

/** A temperature by which similarities are divided. */
export const temperature = (usual: number) => z.number().positive().default(usual).meta({ symbol: "τ" });

/** Capacity of a queue of embeddings. */
export const capacity = (usual: number) =>
  z.int().min(1).default(usual).describe("entries of the queue").meta({ symbol: "K" });

/** Length of an embedding, or of a layer in front of it. */
export const width = (usual: number) => z.int().min(1).default(usual);

/** Weight of a term of the loss. */
export const weight = (usual: number) => z.number().min(0).default(usual);

/** Largest change of a feature by F-Noise. */
export const featureNoise = (usual: number) =>
  z.number().min(0).max(1).default(usual).describe("F-Noise: largest change of a feature, as a share of it");

/** Range of F-Drop's threshold. */
export const featureDrop = (from: number, to: number) =>
  z
    .strictObject({
      from: share(from).describe("F-Drop: least share of the largest activation from which a place is removed"),
      to: share(to).describe("F-Drop: the largest such share"),
    })
    .prefault({})
    .meta({ symbol: "γ" });

/** Learning rate of a discriminator. */
export const discriminatorRate = (usual: number) =>
  z
    .number()
    .positive()
    .default(usual)
    .describe("learning rate of the discriminator's optimiser: Adam with β₁ 0.9 and β₂ 0.99, constant to the end");

/** Forward passes of a batch's two parts. Joint, as in SSL4MIS, harms short trainings: the few similar labelled images share batch statistics with the others, and what is learned from them does not transfer. */
export const passes = (usual: "joint" | "separate") =>
  z
    .enum(["joint", "separate"])
    .default(usual)
    .describe("labelled and unlabelled images in one pass with common batch statistics, or each in its own");

/** Whether the teacher uses batch statistics and dropout, or running statistics and no dropout. */
export const teacherMode = (usual: "train" | "eval") =>
  z
    .enum(["train", "eval"])
    .default(usual)
    .describe("the teacher's passes: batch statistics and dropout, or running statistics and none");

/** Queries of a contrast of pixels. */
export const queries = (usual: number) => z.int().min(1).default(usual).describe("of each class").meta({ symbol: "n" });

/** Negatives of a contrast of pixels. */
export const negatives = (usual: number) => z.int().min(1).default(usual).describe("of each query");

/** Which pixels are hard. */
export const hard = (usual: number) =>
  z.number().min(0).max(1).default(usual).describe("probability below which a pixel is hard");

/** Which unlabelled pixels are available to a contrast. */
export const available = (usual: number) =>
  z.number().min(0).max(1).default(usual).describe("confidence from which an unlabelled pixel takes part");

/** Length of a pixel's representation. */
export const representation = (usual: number) =>
  width(usual).describe("width of the pixel representations").meta({ symbol: "D" });

/** Options of L_reco; `pool` are the pixels of a class among which negatives are drawn. */
export const recoContrast = (pool: number, meaning: string) =>
  z
    .strictObject({
      temperature: temperature(0.5).describe("divides the cosines, of queries with keys and of classes with classes"),
      queries: queries(256),
      negatives: negatives(512),
      hard: hard(0.97),
      threshold: available(0.7),
      pool: z.int().min(0).default(pool).describe(meaning),
    })
    .prefault({});

/** Whether the cells of a sampler's grid know images. */
export const scope = () =>
  z.enum(["image", "batch"]).default("batch").describe("whether a cell lies in one image or is pooled over the batch");

/** Options of L_unsup. */
export const unsupervised = () => ({
  threshold: z.number().min(0).max(1).default(0.97).describe("confidence from which a pixel is sure"),
  weighting: later(
    z
      .enum(["image", "pixel"])
      .default("image")
      .describe("every pixel teaches, as much as its image has sure ones, or sure pixels alone teach (FixMatch)"),
  ),
  empty: z.enum(["zero", "nan"]).default("zero").describe("what an empty set of pixels gives"),
});

/** The strong augmentation of unlabelled images. */
export const strong = (mixing: Mixing) =>
  z
    .strictObject({
      mixing: z
        .enum(["cutmix", "cutout", "classmix", "none"])
        .default(mixing)
        .describe("how unlabelled images are mixed with one another"),
      slab: z
        .int()
        .min(0)
        .default(0)
        .describe(
          "of volumes, the number of slices whose box is exchanged or emptied, as released (10); 0: a box of half the volume",
        ),
      photometric: z.boolean().default(true).describe("colour jitter and blur, each with probability ½"),
      elastic: z.boolean().default(false).describe("whether all images are warped with probability ½"),
      elasticLabels: z.boolean().default(true).describe("whether labels and confidences are warped with their image"),
      quantise8: z.boolean().default(false).describe("whether images and confidences pass through 8 bits"),
    })
    .prefault({});

/** A choice of the strong augmentation. */
export type StrongOptions = z.infer<ReturnType<typeof strong>>;

/** How often the variance of a method's draws is measured, and on what. It changes nothing in a training. */
export const ledger = () =>
  z
    .strictObject({
      every: z.int().min(0).default(100).describe("steps between two entries of the variance ledger, 0 = none"),
      repeats: z.int().min(1).default(32).describe("draws of every sampler whose spread is observed"),
      directions: z.int().min(1).default(16).describe("fixed random directions onto which gradients are projected"),
    })
    .prefault({});
