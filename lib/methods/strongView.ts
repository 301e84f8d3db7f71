import * as tf from "../engine/tf.js";
import { takeFrom } from "../images/augment/mix.js";
import { makeView, type View, type ViewRecipe, type ViewStep } from "../images/augment/views.js";
import { Problem } from "../problem.js";
import type { Batch, Observer } from "./method.js";
import type { StrongOptions } from "./options.js";
import type { PseudoLabeled } from "./pseudoLabels.js";

/** Unlabelled images after the strong augmentation, and for every pixel the one it was taken from (flat index, −1 = none). */
export interface StrongView extends PseudoLabeled {
  sources: Int32Array;
}

/** A strong augmentation in its own steps. */
export interface StrongSteps {
  steps: readonly ViewStep[];
  /** Whether confidences pass through 8 bits. */
  quantise8: boolean;
}

/** The strong augmentation: images are mixed with one another, their grey values changed, and all of them warped with probability ½. */
const strongViewRecipe = ({
  mixing,
  slab,
  photometric,
  elastic,
  elasticLabels,
  quantise8,
}: StrongOptions): ViewRecipe => ({
  of: "unlabeled",
  steps: [
    { change: "mix", mixing, slab },
    ...(photometric ? [{ change: "photometric", quantise8 } as const] : []),
    ...(elastic ? [{ change: "elastic", probability: 0.5, moves: elasticLabels } as const] : []),
  ],
});

/** A view of the labelled images that are augmented as the unlabelled ones. Throws a Problem for classmix, which cuts by labels that threads do not have. */
export function labeledStrongView(strong: StrongOptions): ViewRecipe {
  if (strong.mixing === "classmix")
    throw new Problem('labeled: found "strong" with strong.mixing "classmix", expected cutmix, cutout or none');
  return { ...strongViewRecipe(strong), of: "labeled" };
}

/** The labels of a batch after a view of its labelled images: they go where their pixels went. */
export const labelsAfter = ({ arrays }: Batch, { sources }: Pick<View, "sources">): Int32Array =>
  sources ? takeFrom(arrays.label, sources, -1) : arrays.label;

/** The strong views of those names that threads make in advance; with classmix, which needs pseudo labels, there are none. */
export const strongViews = (
  strong: StrongOptions,
  names: readonly string[] = ["strong"],
): Record<string, ViewRecipe> =>
  strong.mixing === "classmix" ? {} : Object.fromEntries(names.map((name) => [name, strongViewRecipe(strong)]));

/** Images, pseudo labels and confidences after the strong augmentation: labels and confidences go where their pixels went. A view that was made in advance is taken as it is. */
export function strongView(
  weak: PseudoLabeled,
  strong: StrongOptions | StrongSteps,
  name: { seed: number; step: number; view: string },
  made?: View,
): StrongView {
  const { shape } = weak;
  const { steps } = "steps" in strong ? strong : strongViewRecipe(strong);
  const { values, sources = Int32Array.from({ length: weak.labels.length }, (_, i) => i) } =
    made ?? makeView({ values: weak.images, shape }, steps, name, weak.labels);
  const confidence = takeFrom(weak.confidence, sources, 0);
  return {
    images: values,
    labels: takeFrom(weak.labels, sources, -1),
    confidence: strong.quantise8 ? confidence.map((value) => Math.floor(255 * value) / 255) : confidence,
    shape,
    sources,
  };
}

/** The strong view from which the student learns in a step, as arrays and as tensors that the caller frees. */
export function studentView(
  { step, views }: Batch,
  weak: PseudoLabeled,
  strong: StrongOptions | StrongSteps,
  { seed, observe }: { seed: number; observe?: Observer },
) {
  const { shape } = weak;
  const made = views.strong;
  const view = strongView(weak, strong, { seed, step, view: "strong" }, made && { ...made, shape });
  const size = shape.slice(0, -1);
  observe?.("pseudo labels", weak.labels, size);
  observe?.("confidence", weak.confidence, size);
  observe?.("strong view", view.images, shape);
  observe?.("strong view labels", view.labels, size);
  return {
    view,
    viewImage: made?.image.clone() ?? tf.tensor(view.images, [...shape]), // [unlabeled, …size, channels]
    viewLabels: tf.tensor(view.labels, size, "int32"),
    viewConfidence: tf.tensor(view.confidence, size),
  };
}
