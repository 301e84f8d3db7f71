import { gatherRows } from "../engine/ops/gather.js";
import { uniformNoise } from "../engine/ops/noise.js";
import { unitRows } from "../engine/ops/unitRows.js";
import type { Rng } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";
import { contrast } from "./contrast.js";

/** Pixels of each class that is present. */
export interface RecoSelection {
  /** The classes that are present. */
  classes: number[];
  members: Int32Array[];
  /** Members to which the student gives a low probability. */
  hard: Int32Array[];
}

/** Members of each class and which of them are hard: labels of pixels (−1: not available), and the student's probabilities [pixels, classes]. */
export function recoSelection(
  labels: Int32Array,
  probabilities: Float32Array,
  { threshold = 0.97 } = {},
): RecoSelection {
  const classes = probabilities.length / labels.length;
  const pixels = labels.map((_, pixel) => pixel);
  const members = Array.from({ length: classes }, (_, of) => pixels.filter((pixel) => labels[pixel] === of));
  const present = Array.from(members.keys()).filter((of) => members[of].length > 0);
  const isHard = (pixel: number) => probabilities[pixel * classes + labels[pixel]] < threshold;
  return {
    classes: present,
    members: present.map((of) => members[of]),
    hard: present.map((of) => members[of].filter(isHard)),
  };
}

/** The student's representations, computed where they are needed. */
export interface StudentRepresentations {
  /** At some pixels, [n, D], with gradient. */
  at(pixels: Int32Array): tf.Tensor;
  /** Means over lists of pixels, [lists, D]. */
  means(lists: readonly Int32Array[]): tf.Tensor;
}

/** The random choices of the loss. */
export interface RecoDraws {
  /** n positions from a list of hard pixels, or of all pixels of a class where `pool` limits them; `pixels` is that list, for samplers that use locations. */
  positions(count: number, n: number, pixels: Int32Array): Int32Array;
  /** n positions in a list of hard pixels, each with its weight in the mean; without it they are drawn as all positions are, and count alike. */
  queries?(pixels: Int32Array, n: number): { index: Int32Array; weight: Float32Array };
  /** n positions (int32) in the concatenated lists of the other classes: first a class, by the probabilities `relation`, then one of its `counts` pixels. */
  negatives(relation: tf.Tensor, counts: readonly number[], n: number): tf.Tensor;
}

/** The constants of ReCo. */
export interface RecoOptions {
  /** Queries of each class, and negatives of each query. */
  queries?: number;
  negatives?: number;
  temperature?: number;
  /** Number of randomly drawn pixels of each class from which negatives are taken: all, or fewer where representations are costly. */
  pool?: number;
}

/**
 * L_reco (Liu et al., ICLR 2022, `compute_reco_loss`): hard queries of each class against the class's mean and negatives
 * of other classes, similar classes more often. Mean over the present classes, where those without hard pixels count as 0; with fewer than two
 * classes it is 0. Only the queries have a gradient.
 */
export function reco(
  { members, hard }: Omit<RecoSelection, "classes">,
  { at, means }: StudentRepresentations,
  draws: RecoDraws,
  { queries = 256, negatives = 512, temperature = 0.5, pool = Number.POSITIVE_INFINITY }: RecoOptions = {},
): tf.Scalar {
  const active = hard.flatMap((pixels, of) => (pixels.length > 0 ? [of] : []));
  if (members.length < 2 || active.length === 0) return tf.scalar(0);
  const draw = (pixels: Int32Array, n: number) =>
    draws.positions(pixels.length, n, pixels).map((position) => pixels[position]);
  const lists = members.map((pixels) => (pixels.length > pool ? draw(pixels, pool) : pixels));
  const { prototypes, keys } = withoutGradient(() => ({
    prototypes: unitRows(means(members)),
    keys: unitRows(at(joined(lists))), // class after class
  }));
  const losses = active.map((of) => {
    const chosen = draws.queries?.(hard[of], queries);
    const rows = unitRows(at(chosen ? chosen.index.map((position) => hard[of][position]) : draw(hard[of], queries)));
    const { prototype, own } = withoutGradient(() => ({
      prototype: prototypes.slice(of, 1),
      own: recoNegatives(prototypes, of, lists, draws, { n: queries * negatives, temperature }),
    }));
    const each = contrast(rows, prototype, keys, { temperature, similarity: "dot", own });
    return chosen ? each.mul(tf.tensor1d(chosen.weight)).sum<tf.Scalar>() : each.mean<tf.Scalar>();
  });
  return tf.addN(losses).div(members.length);
}

/**
 * n negatives (int32) of the present class number `of`, as positions in all classes' lists one after the other: a class by the similarity of its unit
 * prototype [classes, D], then one of its pixels.
 */
export function recoNegatives(
  prototypes: tf.Tensor,
  of: number,
  lists: readonly Int32Array[],
  draws: Pick<RecoDraws, "negatives">,
  { n, temperature }: { n: number; temperature: number },
): tf.Tensor {
  const similarities = prototypes.matMul(prototypes.slice(of, 1), false, true);
  const others = [similarities.slice(of + 1), similarities.slice(0, of)].filter(({ size }) => size > 0); // of + 1, …, of − 1
  const relation = tf.softmax(tf.concat(others).reshape([-1]).div(temperature));
  const counts = lists.map(({ length }) => length);
  const drawn = draws.negatives(relation, [...counts.slice(of + 1), ...counts.slice(0, of)], n);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const end = counts.slice(0, of + 1).reduce((sum, count) => sum + count, 0);
  return wrapped(drawn, end, total);
}

/** Positions shifted by `from`, modulo the length. */
function wrapped(positions: tf.Tensor, from: number, length: number): tf.Tensor {
  const moved = positions.add(tf.scalar(from, "int32"));
  return moved.sub(moved.greaterEqual(length).cast("int32").mul(tf.scalar(length, "int32")));
}

/** The pixels of all lists, one after the other. */
export function joined(lists: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/** ReCo's draws, all uniform with replacement; negatives are drawn on the device of the relation, which is then not read back. */
export function recoDraws(rng: Rng): RecoDraws {
  const uniforms = (n: number) => uniformNoise([n, 1], [rng.integer(0, 2 ** 31), rng.integer(0, 2 ** 31)]);
  return {
    positions: (count, n) => Int32Array.from({ length: n }, () => rng.integer(0, count)),
    negatives(relation, counts, n) {
      const upTo = tf.cumsum(relation).slice(0, counts.length - 1);
      const chosen = uniforms(n).greaterEqual(upTo).cast("int32").sum(1);
      const starts = counts.map((_, i) => counts.slice(0, i).reduce((sum, count) => sum + count, 0));
      const lists = tf.tensor2d(counts.map((count, i) => [starts[i], count]));
      const [start, count] = tf.split(gatherRows(lists, chosen), 2, 1); // [n, 1]
      const within = uniforms(n).mul(count).floor().minimum(count.sub(1)); // float32 may round up to the count
      return start.add(within).reshape([-1]).cast("int32");
    },
  };
}
