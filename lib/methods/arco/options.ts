import { z } from "zod";
import { samplers } from "../../samplers/index.js";
import * as option from "../options.js";
import type { Protocol } from "../recipes.js";

/** Which pixels are queries, positives and negatives of the contrastive loss. */
const contrast = z.strictObject({
  temperature: option.temperature(0.5).describe("divides the similarities"),
  queries: option.queries(256),
  negatives: option.negatives(512),
  similarity: z.enum(["cosine", "dot"]).default("cosine").describe("how a query and a key are compared"),
  reduction: z
    .enum(["mean", "sum"])
    .default("mean")
    .describe("mean over a class's queries and over classes, or the sum of all"),
  which: z
    .enum(["all", "hard", "released"])
    .default("all")
    .describe(
      "queries: all available pixels of the class, those the student is unsure of (below `hard`, ReCo), or those the teacher gives more than 0.3",
    ),
  hard: option.hard(0.97),
  available: z
    .enum(["confidence", "entropy"])
    .default("confidence")
    .describe(
      "unlabelled pixels that take part: of confidence at least `threshold`, or, with the memory bank, by the entropy percentiles of the released code",
    ),
  threshold: option.available(0.7),
  from: z
    .enum(["batch", "bank"])
    .default("batch")
    .describe("negatives: other classes' pixels of the batch, or the released code's memory bank"),
  classes: z
    .enum(["pixels", "relation"])
    .default("pixels")
    .describe("negatives: uniform over those pixels, or classes first, similar ones more often (ReCo)"),
  draw: z
    .enum(["shared", "pool", "own"])
    .default("shared")
    .describe("negatives: one set for all queries of a class, own sets out of a pool of 4,096, or own sets"),
  bank: z
    .int()
    .min(1)
    .default(30_000)
    .describe("rows of a class kept in the memory bank (the background has 5/3 of it)"),
});

/** Options of ARCO's fine-tuning with the lab's defaults; the deviations of the paper's text and of the released code are values of these. */
export const arcoOptions = z.strictObject({
  sampler: option
    .oneOf(samplers, "sg")
    .describe(
      "how queries are drawn: naive (ns), stratified (sg), stratified-antithetic (sag), or as the released code does",
    ),
  cells: z.int().min(1).default(4).describe("cells of the sampler's grid along each axis"),
  scope: option.scope(),
  replacement: z.boolean().default(true).describe("whether queries are drawn with replacement"),
  groups: z
    .enum(["grid", "superpixels", "clusters"])
    .default("grid")
    .describe("what the queries are grouped by inside their class"),
  weights: z
    .strictObject({
      contrast: option.weight(0.01).describe("of L_contrast").meta({ symbol: "λ1" }),
      unsupervised: option.weight(1).describe("of L_unsup").meta({ symbol: "λ2" }),
      nearest: option
        .weight(0.01)
        .describe(
          "of L_nn; at 1, as published, with a gradient all representations become one: L_contrast stays at ln 513",
        )
        .meta({ symbol: "λ3" }),
      equivariance: option.weight(0).describe("of L_eqv, which only the released code (and MONA) has"),
    })
    .prefault({}),
  supervised: option.supervisedScale(1),
  labeled: option.later(
    z
      .enum(["weak", "strong"])
      .default("weak")
      .describe(
        "labelled images as every method sees them, or mixed and changed as the unlabelled ones, for student and teacher alike",
      ),
  ),
  scale: z
    .number()
    .positive()
    .default(0.5)
    .describe("factor of the whole loss; ½ makes L_sup as large as in every compared method"),
  contrast: contrast.prefault({}),
  nearest: z
    .strictObject({
      pool: z.int().min(1).default(36).describe("images in the pool").meta({ symbol: "K" }),
      neighbors: z.int().min(1).default(5).describe("how many of them are neighbours"),
      map: z
        .enum(["gap", "grid8", "full"])
        .default("gap")
        .describe("the representation of an image: its mean, its 8 × 8 means, or every pixel"),
      gradient: z
        .enum(["student", "none"])
        .default("student")
        .describe("whether L_nn trains the student, or nothing as in the released code"),
    })
    .prefault({}),
  unsupervised: z
    .strictObject({
      ...option.unsupervised(),
      ramp: option.ramp(0),
    })
    .prefault({}),
  strong: option.strong("cutmix"),
  teacher: z
    .strictObject({
      view: z
        .enum(["weak", "strong"])
        .default("weak")
        .describe("the teacher looks once, before the strong augmentation, or also at what the student sees"),
      mode: option.teacherMode("train"),
      momentum: option.momentum(0.99),
    })
    .prefault({}),
  passes: option.passes("separate"),
  deadForward: z
    .boolean()
    .default(false)
    .describe("the released code's unused passes, which only move batch statistics"),
  representation: option.representation(496),
  ledger: option.ledger(),
});

/** Options of ARCO's fine-tuning. */
export type ArcoOptions = z.infer<typeof arcoOptions>;
/** Those of the contrastive loss. */
export type ContrastOptions = ArcoOptions["contrast"];

/** The columns of the list of deviations (lib/paper/deviations.ts) where they are not the lab's. */
export const arcoProtocols = {
  paper: {
    scale: 1,
    weights: { nearest: 1 },
    contrast: { similarity: "dot", reduction: "sum" },
    strong: { mixing: "none", photometric: false },
    representation: 512,
  },
  released: {
    scale: 1,
    sampler: "sgReleased",
    weights: { nearest: 1, equivariance: 1 },
    contrast: { which: "released", available: "entropy", from: "bank", draw: "own" },
    nearest: { map: "full", gradient: "none" },
    unsupervised: { empty: "nan" },
    strong: { mixing: "cutmix", photometric: true, elastic: true, elasticLabels: false, quantise8: true },
    teacher: { view: "strong" },
    deadForward: true,
  },
};

/** What volumes change (`train_arco_3d.py`): shorter representations than the paper's, and as released SAG, an exchanged slab and nothing else, no L_eqv and no unused passes. */
export const arcoVolumes = (protocol: Protocol) => ({
  ...(protocol !== "paper" && { representation: 16 }),
  ...(protocol === "released" && {
    sampler: "sagReleased",
    weights: { equivariance: 0 },
    strong: { slab: 10, photometric: false, elastic: false, quantise8: false },
    deadForward: false,
  }),
});

/** The options of a protocol. */
export const arcoDefaults = (protocol: Protocol = "lab"): ArcoOptions =>
  option.defaultsOf({ options: arcoOptions, protocols: arcoProtocols }, protocol);
