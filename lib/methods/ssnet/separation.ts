import { gatherRows } from "../../engine/ops/gather.js";
import { unitRows } from "../../engine/ops/unitRows.js";
import { flatten, trainableByPath } from "../../engine/params.js";
import { type Rng, stream } from "../../engine/random.js";
import * as tf from "../../engine/tf.js";
import { withoutGradient } from "../../engine/withoutGradient.js";
import { mlp, mlpInit } from "../../heads/mlp.js";
import { attention, classSeparation } from "../../losses/classSeparation.js";
import { classMemory, type Refill } from "./memory.js";

/** Sizes and choices of the class separation. */
export interface SeparationTerm {
  seed: number;
  classes: number;
  /** Channels of the features. */
  channels: number;
  /** Vectors kept of each class. */
  capacity: number;
  /** Whether the memory's vectors get learned weights, as the pixels do, or all weight 1. */
  memoryWeights: "learned" | "one";
}

/** Indices of the pixels of each class. */
export type Pixels = readonly Int32Array[];

/** The class separation during training: heads, selectors and memory. */
export interface Separation {
  trained: Record<string, tf.Variable>;
  variables: Record<string, tf.Variable>;
  /** Refills the memory from features [n, channels] of labelled pixels, taking the listed (correctly classified) ones; the number of vectors of each class. */
  refill(features: tf.Tensor, correct: Pixels): Promise<Int32Array>;
  /** L_c of features [n, channels] with their pixels by class, against `counts` vectors of each class in the memory. */
  loss(features: tf.Tensor, pixels: Pixels, counts: Int32Array): tf.Scalar;
}

const width = 32;

/** SS-Net's class separation: pixels' projected and predicted features are pulled towards a memory of projected features of their class. */
export function separationTerm({ seed, classes, channels, capacity, memoryWeights }: SeparationTerm): Separation {
  const rng = stream(seed, "init", "separation");
  const selectors = (rng: Rng) => Array.from({ length: classes }, () => mlpInit(rng, [width, width, 1]));
  const heads = {
    projection: mlpInit(rng, [channels, width, width]),
    prediction: mlpInit(rng, [width, width, width]),
    selectors: { pixels: selectors(rng), memory: selectors(rng) },
  };
  const memory = classMemory({ classes, capacity, width });
  const foreground = Array.from({ length: classes - 1 }, (_, at) => at + 1);

  // A selector always normalises with the statistics of its own rows; nothing reads the running ones.
  const score = (kind: "pixels" | "memory", of: number, rows: tf.Tensor) =>
    mlp(rows, heads.selectors[kind][of], { training: true, track: false, slope: 0.2 });

  /** Those of a class, against its memory. */
  function ofClass(of: number, predicted: tf.Tensor, count: number): tf.Scalar {
    const kept = unitRows(memory.vectors(of, count));
    const seen = withoutGradient(() => predicted.clone()); // the selector's weights are trained by the loss, the features not by the selector
    return classSeparation(predicted, kept, {
      pixels: attention(score("pixels", of, seen)),
      memory: memoryWeights === "one" ? tf.ones([count, 1]) : attention(score("memory", of, kept)),
    });
  }

  return {
    trained: trainableByPath(heads, "separation/"),
    variables: { ...flatten(heads, "separation/"), ...memory.variables },
    async refill(features, correct) {
      const before = await memory.counts();
      return tf.tidy(() => {
        const candidates = new Map<number, Refill>();
        for (const of of foreground.filter((of) => correct[of].length > 0)) {
          const own = gatherRows(features, tf.tensor1d(correct[of], "int32"));
          const vectors = mlp(own, heads.projection, { training: false });
          candidates.set(of, { vectors, scores: () => score("pixels", of, vectors).reshape([-1]) });
        }
        return memory.refill(candidates, before);
      });
    },
    loss(features, pixels, counts) {
      const projected = mlp(features, heads.projection, { training: true });
      const predicted = mlp(projected, heads.prediction, { training: true });
      const terms = foreground
        .filter((of) => counts[of] > 1 && pixels[of].length > 1) // a selector needs two rows to normalise
        .map((of) => ofClass(of, gatherRows(predicted, tf.tensor1d(pixels[of], "int32")), counts[of]));
      return terms.reduce<tf.Scalar>((sum, term) => sum.add(term), tf.scalar(0)).div(classes);
    },
  };
}

/** The pixels of each class that satisfy `isIn`; label −1 belongs to no class. */
export function pixelsByClass(labels: Int32Array, classes: number, isIn = (_: number) => true): Int32Array[] {
  const lists = Array.from({ length: classes }, (): number[] => []);
  for (let i = 0; i < labels.length; i++) if (labels[i] >= 0 && isIn(i)) lists[labels[i]].push(i);
  return lists.map((list) => Int32Array.from(list));
}
