import * as tf from "../engine/tf.js";
import type { Pairs } from "../losses/pairContrast.js";
import type { Batch } from "../methods/method.js";
import { partitionOf } from "../methods/partition.js";
import { Problem } from "../problem.js";

/**
 * Positive and negative pairs by the slices' positions, for embeddings of the images followed by those of their augmentations, [2·images] in all
 * (G^D of Chaitanya et al. 2020). Positives of a slice are its own augmentation and slices of the same part of other volumes, images with images and augmentations
 * with augmentations; negatives are all slices of other parts.
 */
export function partitionPairs(examples: Batch["examples"]): Pairs {
  const parts = examples.map(partitionOf);
  const n = examples.length;
  const isPositive = (a: number, b: number) => {
    const [first, second] = [a % n, b % n];
    if (first === second) return a !== b;
    const isSameView = a < n === b < n;
    return isSameView && parts[first] === parts[second] && examples[first].case !== examples[second].case;
  };
  return {
    positives: matrix(2 * n, isPositive),
    negatives: matrix(2 * n, (a, b) => parts[a % n] !== parts[b % n]),
  };
}

/** Throws a Problem where all slices lie in one part, so that there is nothing to tell apart: they were not drawn by parts. */
export function checkParts(examples: Batch["examples"]): void {
  if (new Set(examples.map(partitionOf)).size < 2)
    throw new Problem(
      `global contrast: found all ${examples.length} slices of a batch in one part of their volumes, expected several parts; set draw to "partitions"`,
    );
}

/** A matrix [n, n] with 1 where a predicate holds and 0 elsewhere. */
export function matrix(n: number, holds: (row: number, column: number) => boolean): tf.Tensor {
  const values = Float32Array.from({ length: n * n }, (_, at) => (holds(Math.floor(at / n), at % n) ? 1 : 0));
  return tf.tensor(values, [n, n]);
}
