import { z } from "zod";

/** Published results leave out what is not defined. */
const distance = z.number().nullable().default(null);

/** Older metrics.json files have these words; they are still read, and no longer written. */
const olderWords: Readonly<Record<string, string>> = { missed: "falseNegative", invented: "falsePositive" };
const current = (word: string): string => olderWords[word] ?? word;
const withCurrentKeys = (found: unknown): unknown =>
  typeof found === "object" && found !== null
    ? Object.fromEntries(Object.entries(found).map(([key, value]) => [current(key), value]))
    : found;

/** Scores of one class in one volume; a distance is null where it is not defined. */
const scoreSchema = z.object({
  dice: z.number(),
  jaccard: z.number(),
  hd95: distance,
  asd: distance,
  asdReverse: distance,
  assd: distance,
  outcome: z.preprocess(
    (found) => (typeof found === "string" ? current(found) : found),
    z.enum(["both", "falseNegative", "falsePositive", "absent"]),
  ),
});

/** How many false negatives (class in the truth alone), false positives (in the prediction alone) and absences (in neither) there are, and how many undefined distances. */
const countsSchema = z.preprocess(
  withCurrentKeys,
  z.object({ falseNegative: z.int(), falsePositive: z.int(), absent: z.int(), undefined: z.int() }),
);

/** Means over volumes where defined, or over classes of such means. */
const meanSchema = z.object({
  dice: z.number(),
  jaccard: z.number(),
  hd95: distance,
  asd: distance,
  asdReverse: distance,
  assd: distance,
});

/** What metrics.json holds. */
export const metricsSchema = z.object({
  benchmark: z.string(),
  phantom: z.boolean(),
  labeled: z.int(),
  labeledSeed: z.int().default(0),
  method: z.string(),
  preset: z.string(),
  protocol: z.string(),
  seed: z.int(),
  steps: z.int(),
  checkpoint: z.enum(["last", "bestVal"]),
  /** The step whose weights were tested. */
  testedStep: z.int(),
  /** The same of the other weights, which are best on the validation cases where the last are tested; left out where there are no validation cases. */
  beside: z.object({ checkpoint: z.enum(["last", "bestVal"]), testedStep: z.int(), mean: meanSchema }).optional(),
  split: z.enum(["validation", "test"]),
  unit: z.enum(["mm", "voxel"]),
  emptyPolicy: z.enum(["honest", "released2d", "released3d"]),
  /** Foreground classes (of photographs all), in the order of every list below. */
  classes: z.array(z.string()),
  cases: z.array(z.object({ id: z.string(), scores: z.array(scoreSchema) })),
  perClass: z.array(meanSchema.extend({ name: z.string(), counts: countsSchema })),
  mean: meanSchema,
  counts: countsSchema,
  /** Of photographs: intersection over union of each class over all pixels of the set, and their mean; null and left out where a class occurs nowhere. */
  miou: z.object({ mean: z.number(), perClass: z.array(z.number().nullable()) }).optional(),
});

/** The result of a run: scores of every class in every volume, their means over volumes for each class (of photographs over all pixels), and the mean of those over classes. */
export type Metrics = z.infer<typeof metricsSchema>;
/** Means of Dice, Jaccard and distances in `unit`. */
export type Mean = z.infer<typeof meanSchema>;
/** The part of the result that comes from scoring alone. */
export type Scores = Pick<
  Metrics,
  "split" | "unit" | "emptyPolicy" | "classes" | "cases" | "perClass" | "mean" | "counts" | "miou"
>;
