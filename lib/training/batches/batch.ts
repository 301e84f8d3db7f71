import type { Opened, Pool } from "../../benchmarks/benchmark.js";
import { stream } from "../../engine/random.js";
import type { AugmentOptions } from "../../images/augment/slices.js";
import { makeView, type View, type ViewRecipe } from "../../images/augment/views.js";
import { sizeOf } from "../../images/values.js";
import type { Training } from "../../methods/recipes.js";
import { Problem } from "../../problem.js";
import { moveOf } from "./augmentation.js";
import { drawing } from "./drawing.js";

/** What one training step sees, as plain arrays; labelled examples first. */
export interface RawBatch {
  /** Steps finished before it. */
  step: number;
  image: Float32Array; // imageShape
  label: Int32Array; // labelShape, −1 = ignore
  imageShape: number[]; // [labeled + unlabeled, ...imageSize, channels]
  labelShape: number[]; // [labeled, ...imageSize]
  labeled: number;
  unlabeled: number;
  /** Where each image comes from, and its place among the `slices` of its case: of a patch, where that begins along the last axis. */
  examples: { id: string; case: string; slice: number; slices: number }[];
  /** Further views of the images, by name. */
  views: Record<string, View>;
}

/** What decides a batch, beside the data. */
export interface BatchRecipe {
  seed: number;
  /** Labelled and unlabelled examples in a batch. */
  labeled: number;
  unlabeled: number;
  augmentation: AugmentOptions;
  draw: Training["draw"];
  /** Further views of the images, by name. */
  views?: Readonly<Record<string, ViewRecipe>>;
}

/** Makes the batch of any step: a pure function of the recipe and the step, whoever calls it and in whatever order. */
export type BatchMaker = (step: number) => Promise<RawBatch>;

/** The batches of opened data. Throws a Problem where a pool that is asked for examples is empty. */
export function batchMaker(opened: Opened, recipe: BatchRecipe): BatchMaker {
  const { benchmark, labeled, unlabeled } = opened;
  const { seed, augmentation } = recipe;
  const { imageSize, channels, name } = benchmark;
  const pixels = sizeOf(imageSize);
  const count = recipe.labeled + recipe.unlabeled;
  const move = moveOf(opened, augmentation);
  const shareOf = (pool: Pool, share: number, what: string) => {
    if (share > 0 && pool.size === 0)
      throw new Problem(
        `${name}: no ${what} examples, but ${share} asked for in each batch; choose another number of labelled cases or 0 in the batch`,
      );
    return { pool, share, drawing: share > 0 ? drawing(recipe.draw, { seed, name: what, pool, share }) : undefined };
  };
  const shares = [shareOf(labeled, recipe.labeled, "labeled"), shareOf(unlabeled, recipe.unlabeled, "unlabeled")];

  return async (step) => {
    const batch: RawBatch = {
      step,
      image: new Float32Array(count * pixels * channels),
      label: new Int32Array(recipe.labeled * pixels),
      imageShape: [count, ...imageSize, channels],
      labelShape: [recipe.labeled, ...imageSize],
      labeled: recipe.labeled,
      unlabeled: recipe.unlabeled,
      examples: [],
      views: {},
    };
    for (const { pool, share, drawing } of shares)
      for (let i = 0; drawing && i < share; i++) {
        const slot = batch.examples.length;
        const example = await pool.read(drawing.at(step * share + i));
        const rng = stream(seed, "augment", step, slot);
        const { image, label, slice = example.slice, slices = example.slices } = move(example, rng);
        if (image.length !== pixels * channels)
          throw new Problem(
            `${example.id}: found ${example.shape.join("×")}, expected ${imageSize.join("×")}; the batch takes images of one size`,
          );
        batch.image.set(image, slot * image.length);
        if (label) batch.label.set(label, slot * pixels);
        batch.examples.push({ id: example.id, case: example.case, slice, slices });
      }
    batch.views = viewsOf(batch, recipe.views, seed);
    return batch;
  };
}

/** The further views of a batch's images that recipes ask for. */
export function viewsOf(
  { image, imageShape: [count, ...size], labeled, step }: Omit<RawBatch, "views">,
  recipes: Readonly<Record<string, ViewRecipe>> = {},
  seed: number,
): Record<string, View> {
  const length = image.length / count;
  const views = Object.entries(recipes).map(([view, { of, steps }]): [string, View] => {
    const [from, to] = { all: [0, count], labeled: [0, labeled], unlabeled: [labeled, count] }[of];
    const images = { values: image.subarray(from * length, to * length), shape: [to - from, ...size] };
    return [view, makeView(images, steps, { seed, step, view })];
  });
  return Object.fromEntries(views);
}
