import type { Mixing } from "../../images/augment/mix.js";
import type { samplers } from "../../samplers/index.js";
import type { Protocol } from "../method.js";
import type { Passes } from "../passes.js";

/** Options of ARCO's fine-tuning; the deviations of the paper's text and of the released code are values of these. */
export interface ArcoOptions {
  /** How queries are drawn: naive, stratified (SG), stratified-antithetic (SAG), or as the released code does. */
  sampler: keyof typeof samplers;
  /** Cells per axis, and whether a cell lies in one image or is pooled over the batch. */
  cells: number;
  scope: "image" | "batch";
  replacement: boolean;
  /** What the queries are grouped by inside their class. */
  groups: "grid" | "superpixels" | "clusters";
  /** λ1, λ2, λ3, and the equivariance term that only the released code has. With λ3 = 1, as published, and a gradient all representations become one: L_contrast stays at ln 513. */
  weights: { contrast: number; unsupervised: number; nearest: number; equivariance: number };
  /** Of Dice + cross entropy. */
  supervised: number;
  contrast: ContrastOptions;
  nearest: {
    /** Images in the pool and how many of them are neighbours. */
    pool: number;
    neighbors: number;
    /** The representation of an image: its mean, its 8 × 8 means, or every pixel. */
    map: "gap" | "grid8" | "full";
    gradient: "student" | "none";
  };
  /** Confidence from which a pixel counts in the weight of an image, and what an empty set of pixels gives. */
  unsupervised: { threshold: number; empty: "zero" | "nan" };
  strong: {
    mixing: Mixing;
    /** Colour jitter and blur, each with probability ½. */
    photometric: boolean;
    elastic: boolean;
    /** Whether labels and confidences are warped with their image. */
    elasticLabels: boolean;
    quantise8: boolean;
  };
  teacher: {
    /** The teacher looks once, before the strong augmentation, or also at what the student sees. */
    view: "weak" | "strong";
    mode: "train" | "eval";
    momentum: number;
  };
  passes: Passes;
  /** The released code's unused passes, which only move batch statistics. */
  deadForward: boolean;
  /** Width of the pixel representations. */
  representation: number;
  ledger: LedgerOptions;
}

/** Which pixels are queries, positives and negatives of the contrastive loss. */
export interface ContrastOptions {
  temperature: number;
  /** Queries of each class, and negatives of each query. */
  queries: number;
  negatives: number;
  similarity: "cosine" | "dot";
  /** Mean over a class's queries and over classes, or the sum of all. */
  reduction: "mean" | "sum";
  /** All available pixels of the class; those the student is unsure of (below `hard`, ReCo); or those the teacher gives more than 0.3. */
  which: "all" | "hard" | "released";
  hard: number;
  /** Unlabelled pixels that take part: of confidence at least `threshold`, or by the entropy percentiles of the released code. */
  available: "confidence" | "entropy";
  threshold: number;
  /** Other classes' pixels of the batch, or the released code's memory bank. */
  from: "batch" | "bank";
  /** Uniform over those pixels, or classes first, the alike ones more often (ReCo). */
  classes: "pixels" | "relation";
  /** One set for all queries of a class, own sets out of a pool of 4,096, or own sets. */
  draw: "shared" | "pool" | "own";
  /** Rows of a class kept in the memory bank (the background has 5/3 of it). */
  bank: number;
}

/** The variance ledger; see `ledger`. */
export interface LedgerOptions {
  /** Steps between two entries, 0 = none. */
  every: number;
  /** Draws of every sampler whose spread is observed. */
  repeats: number;
  /** Fixed random directions onto which gradients are projected. */
  directions: number;
}

const lab: ArcoOptions = {
  sampler: "sg",
  cells: 4,
  scope: "batch",
  replacement: true,
  groups: "grid",
  weights: { contrast: 0.01, unsupervised: 1, nearest: 0.01, equivariance: 0 },
  supervised: 1,
  contrast: {
    temperature: 0.5,
    queries: 256,
    negatives: 512,
    similarity: "cosine",
    reduction: "mean",
    which: "all",
    hard: 0.97,
    available: "confidence",
    threshold: 0.7,
    from: "batch",
    classes: "pixels",
    draw: "shared",
    bank: 30_000,
  },
  nearest: { pool: 36, neighbors: 5, map: "gap", gradient: "student" },
  unsupervised: { threshold: 0.97, empty: "zero" },
  strong: { mixing: "cutmix", photometric: true, elastic: false, elasticLabels: true, quantise8: false },
  teacher: { view: "weak", mode: "train", momentum: 0.99 },
  passes: "separate",
  deadForward: false,
  representation: 496,
  ledger: { every: 100, repeats: 32, directions: 16 },
};

/** The options of a protocol (the columns of the list of deviations, lib/paper/deviations.ts). */
export function arcoOptions(protocol: Protocol): ArcoOptions {
  if (protocol === "lab") return lab;
  if (protocol === "paper")
    return {
      ...lab,
      weights: { ...lab.weights, nearest: 1 },
      contrast: { ...lab.contrast, similarity: "dot", reduction: "sum" },
      strong: { ...lab.strong, mixing: "none", photometric: false },
      representation: 512,
    };
  return {
    ...lab,
    sampler: "sgReleased",
    weights: { ...lab.weights, nearest: 1, equivariance: 1 },
    contrast: { ...lab.contrast, which: "released", available: "entropy", from: "bank", draw: "own" },
    nearest: { ...lab.nearest, map: "full", gradient: "none" },
    unsupervised: { threshold: 0.97, empty: "nan" },
    strong: { mixing: "cutmix", photometric: true, elastic: true, elasticLabels: false, quantise8: true },
    teacher: { ...lab.teacher, view: "strong" },
    deadForward: true,
  };
}
