import { gatherRows } from "../../engine/ops/gather.js";
import { unitRows } from "../../engine/ops/unitRows.js";
import { stream } from "../../engine/random.js";
import * as tf from "../../engine/tf.js";
import { contrast } from "../../losses/contrast.js";
import { Problem } from "../../problem.js";
import { type Groups, gridGroups } from "../../samplers/groups.js";
import { samplers } from "../../samplers/index.js";
import type { Population } from "../../samplers/population.js";
import type { Draw } from "../../samplers/sampler.js";
import { batchFeatureMeans, batchFeaturesAt, pixelSets } from "../batchFeatures.js";
import { probabilitiesOf } from "../forward.js";
import type { Notes } from "../ledger.js";
import type { Setup } from "../method.js";
import { availableIn } from "../pseudoLabels.js";
import { grouping } from "./grouping.js";
import { ledger } from "./ledger.js";
import type { Models } from "./models.js";
import type { ArcoOptions, ContrastOptions } from "./options.js";
import { drawOthers, populations, relationShares } from "./populations.js";
import type { StepInputs } from "./stepInputs.js";
import type { Term } from "./term.js";

/** Negatives of a class: pixels whose rows are drawn from, and which of them each query takes (all, where they are shared). */
export interface Negatives {
  pixels: Int32Array;
  /** [queries · negatives] positions in `pixels`; absent where all queries share them. */
  own?: Int32Array;
}

/** What is compared for one class: the pixels of its queries and of its negatives. */
export interface Comparison {
  class: number;
  population: Population;
  groups: Groups;
  draw: Draw;
  /** Pixels of the draw. */
  queries: Int32Array;
  negatives: Negatives;
}

/** Largest pool out of which `draw: "pool"` and `"own"` take their negatives. */
const poolSize = 4096;

/** The classes that can be compared (they have queries, keys and others), each with its draws. Negatives and the sampler have streams of their own, so arms that differ in the sampler alone share the negatives. */
export function drawComparisons(
  populations: { queries: readonly Population[]; keys: readonly Population[] },
  options: ArcoOptions,
  { seed, step, shares }: { seed: number; step: number; shares?: readonly (readonly number[])[] },
  groupsOf: (population: Population) => Groups = (population) => gridGroups(population, options),
): Comparison[] {
  const { sampler, replacement } = options;
  return populations.queries.flatMap((population, at): Comparison[] => {
    if (population.pixels.length === 0 || populations.keys[at].pixels.length === 0) return [];
    const n = replacement ? options.contrast.queries : Math.min(options.contrast.queries, population.pixels.length);
    const choice = { ...options.contrast, queries: n };
    const negatives = drawNegatives(populations.keys, at, choice, { seed, step, shares: shares?.[at] });
    if (negatives.pixels.length === 0) return [];
    const groups = groupsOf(population);
    const draw = samplers[sampler].draw(population, groups, n, stream(seed, "queries", step, at), { replacement });
    const queries = Int32Array.from(draw.index, (position) => population.pixels[position]);
    return [{ class: at, population, groups, draw, queries, negatives }];
  });
}

function drawNegatives(
  keys: readonly Population[],
  own: number,
  { queries, negatives, draw }: ContrastOptions,
  { seed, step, shares }: { seed: number; step: number; shares?: readonly number[] },
): Negatives {
  const rng = stream(seed, "negatives", step, own);
  if (draw === "shared") return { pixels: drawOthers(keys, own, negatives, rng, shares) };
  if (draw === "own") return distinct(drawOthers(keys, own, queries * negatives, rng, shares));
  const pixels = drawOthers(keys, own, poolSize, rng, shares);
  return { pixels, own: Int32Array.from({ length: queries * negatives }, () => rng.integer(0, pixels.length)) };
}

/** Drawn pixels with each one's row computed once. */
function distinct(drawn: Int32Array): Negatives {
  const places = new Map<number, number>();
  const own = drawn.map((pixel) => {
    const at = places.get(pixel) ?? places.size;
    places.set(pixel, at);
    return at;
  });
  return { pixels: Int32Array.from(places.keys()), own };
}

/** L_contrast: pixels of a class, drawn by the sampler, against their class's mean and other classes' pixels, both of the teacher. */
export function contrastTerm(setup: Setup<ArcoOptions>, models: Models): Term & { notes(): Notes | undefined } {
  const { seed, options, classes, imageSize, observe } = setup;
  const { contrast: choice } = options;
  const book = ledger(setup, models);
  if (choice.available === "entropy")
    throw new Problem(
      'contrast.available: found "entropy" with contrast.from "batch", expected "confidence": entropy chooses what enters the memory bank; or set contrast.from to "bank"',
    );
  return {
    notes: book.notes,
    async prepare(inputs) {
      const { step, truth, view, teacherView } = inputs;
      const keys = populations(availableIn(truth, teacherView, choice), classes, imageSize);
      const available = availableIn(truth, view, choice);
      const all = populations(available, classes, imageSize);
      const present = presentClasses(all, keys);
      const queries =
        choice.which === "all"
          ? all
          : populations(await eligibleQueries(inputs, available, options, models), classes, imageSize);
      const prototypes = tf.tidy(() => prototypesOf(inputs, keys));
      const shares =
        choice.classes === "relation" ? relationShares(await prototypes.data<"float32">(), keys, choice) : undefined;
      const groupsOf = await grouping(inputs, options);
      const comparisons = drawComparisons({ queries, keys }, options, { seed, step, shares }, groupsOf);
      for (const one of comparisons) {
        observe?.(`population of class ${one.class}`, one.population.pixels, [one.population.pixels.length]);
        observe?.(`negatives of class ${one.class}`, one.negatives.pixels, [one.negatives.pixels.length]);
      }
      for (const one of comparisons) observe?.(`draw of class ${one.class}`, one.queries, [one.queries.length]);
      const negatives = tf.tidy(() => {
        const pixels = joined(comparisons.map((one) => one.negatives.pixels));
        return pixels.length > 0
          ? (batchFeaturesAt(inputs.teacher, pixels).matMul(inputs.teacherMatrix) as tf.Tensor2D)
          : tf.zeros<tf.Rank.R2>([0, options.representation]);
      });
      observe?.("keys", [negatives.shape[0], prototypes.shape[0]], [2]);
      await book.write(inputs, comparisons, { prototypes, negatives });
      return {
        tensors: [prototypes, negatives],
        loss({ maps }, matrix) {
          if (comparisons.length === 0) return tf.scalar(0);
          const pixels = joined(comparisons.map((one) => one.queries));
          const rows = batchFeaturesAt(maps, pixels).matMul(matrix()) as tf.Tensor2D;
          return contrastLoss(comparisons, { queries: rows, negatives, prototypes }, { ...choice, present });
        },
      };
    },
  };
}

/** How many classes have pixels, keys and others to be compared with, whether or not they have any that may be queries. */
const presentClasses = (all: readonly Population[], keys: readonly Population[]) =>
  all.filter(
    ({ pixels }, at) =>
      pixels.length > 0 && keys[at].pixels.length > 0 && keys.some((other, of) => of !== at && other.pixels.length > 0),
  ).length;

/** The class map of the pixels that may be queries, where not all are. */
async function eligibleQueries(
  { labeledImage, viewImage, step, probability }: StepInputs,
  available: Int32Array,
  { contrast: { which, hard }, teacher }: ArcoOptions,
  models: Models,
): Promise<Int32Array> {
  if (which === "released" && !probability)
    throw new Problem(
      `contrast.which: found "released" with teacher.view "${teacher.view}", expected teacher.view "strong"`,
    );
  const own = tf.tidy(() => {
    const student = () => probabilitiesOf(models.student(labeledImage, viewImage, step, { track: false }));
    const all = which === "released" && probability ? probability : student();
    return all.mul(tf.oneHot(tf.tensor1d(available, "int32"), all.shape[1] ?? 0)).sum(1);
  });
  const chances = await own.data();
  own.dispose();
  return available.map((label, i) => ((which === "hard" ? chances[i] < hard : chances[i] > 0.3) ? label : -1));
}

/** The teacher's mean representation of every class, [classes, D]; zeros for a class without pixels. */
export function prototypesOf(
  { teacher, teacherMatrix, truth, view }: StepInputs,
  keys: readonly Population[],
): tf.Tensor2D {
  const sets = pixelSets(
    keys.map(({ pixels }) => pixels),
    truth.length + view.labels.length,
  );
  return batchFeatureMeans(teacher, sets).matMul(teacherMatrix) as tf.Tensor2D;
}

const joined = (lists: readonly Int32Array[]) => {
  const all = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  lists.reduce((at, list) => {
    all.set(list, at);
    return at + list.length;
  }, 0);
  return all;
};

/** Rows of representations: of the student at all queries and of the teacher at all negatives, class after class, and the teacher's mean of each class. */
export interface Representations {
  queries: tf.Tensor2D;
  negatives: tf.Tensor2D;
  prototypes: tf.Tensor2D; // [classes, features]
}

/**
 * The contrastive loss (section 3 of the paper, L_contrast): each query against its class's mean and the other classes' pixels. 0 where fewer than two classes are present.
 * As a mean it is one over the classes that are `present`, those without a query counting as 0 (ReCo), so that a class does not weigh more when another has nothing left that is hard.
 */
export function contrastLoss(
  comparisons: readonly Comparison[],
  { queries, negatives, prototypes }: Representations,
  {
    temperature,
    similarity,
    reduction,
    present = comparisons.length,
  }: Pick<ContrastOptions, "temperature" | "similarity" | "reduction"> & { present?: number },
): tf.Scalar {
  if (comparisons.length === 0) return tf.scalar(0);
  const prepare = similarity === "cosine" ? unitRows : (rows: tf.Tensor) => rows; // once for the rows of all classes
  const classes = comparisons.map((one) => one.class);
  const rows = {
    queries: prepare(queries),
    negatives: prepare(negatives),
    positives: gatherRows(prepare(prototypes), tf.tensor1d(classes, "int32")),
  };
  const each = areAlike(comparisons) ? atOnce(comparisons, rows, temperature) : inTurn(comparisons, rows, temperature);
  const weights = comparisons.flatMap(({ draw, queries: pixels }) => {
    const factor = reduction === "mean" ? 1 / present : pixels.length;
    return Array.from(draw.weight, (weight) => weight * factor);
  });
  return each.mul(tf.tensor1d(weights)).sum();
}

/** Rows to compare, class after class; one positive each. */
type Rows = Record<"queries" | "negatives" | "positives", tf.Tensor>;

/** Whether all classes have as many queries, and as many negatives that their queries share. */
const areAlike = ([first, ...others]: readonly Comparison[]) =>
  !first.negatives.own &&
  others.every(
    ({ queries, negatives }) =>
      !negatives.own &&
      queries.length === first.queries.length &&
      negatives.pixels.length === first.negatives.pixels.length,
  );

/** The contrast of every query, all classes in one product. */
function atOnce({ length }: readonly Comparison[], rows: Rows, temperature: number): tf.Tensor {
  const byClass = (of: tf.Tensor) => of.reshape([length, -1, of.shape[1] ?? 0]);
  const { queries, positives, negatives } = rows;
  return contrast(byClass(queries), byClass(positives), byClass(negatives), {
    temperature,
    similarity: "dot",
  }).flatten();
}

/** The same one class after the other. */
function inTurn(comparisons: readonly Comparison[], rows: Rows, temperature: number): tf.Tensor {
  const queries = tf.split(
    rows.queries,
    comparisons.map((one) => one.queries.length),
  );
  const negatives = tf.split(
    rows.negatives,
    comparisons.map((one) => one.negatives.pixels.length),
  );
  const positives = tf.split(rows.positives, comparisons.length);
  const each = comparisons.map(({ negatives: { own } }, at) =>
    contrast(queries[at], positives[at], negatives[at], { temperature, similarity: "dot", own }),
  );
  return tf.concat(each);
}
