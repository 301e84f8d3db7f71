import { takeFrom } from "../../images/augment/mix.js";
import { makeView, type View, type ViewRecipe } from "../../images/augment/views.js";
import type { ArcoOptions } from "./options.js";

/** Unlabelled images with the teacher's pseudo labels and confidences, as plain arrays. */
export interface PseudoLabeled {
  images: Float32Array; // shape
  labels: Int32Array; // [images, height, width], −1 = ignore
  confidence: Float32Array; // [images, height, width]
  /** [images, height, width, channels] */
  shape: readonly number[];
}

/** Unlabelled images after the strong augmentation, and for every pixel the one it was taken from (flat index, −1 = none). */
export interface StrongView extends PseudoLabeled {
  sources: Int32Array;
}

/** The strong augmentation: images are mixed with one another, their grey values changed, and all of them warped with probability ½. */
export const strongViewRecipe = ({
  mixing,
  photometric,
  elastic,
  elasticLabels,
  quantise8,
}: ArcoOptions["strong"]): ViewRecipe => ({
  of: "unlabeled",
  steps: [
    { change: "mix", mixing },
    ...(photometric ? [{ change: "photometric", quantise8 } as const] : []),
    ...(elastic ? [{ change: "elastic", probability: 0.5, moves: elasticLabels } as const] : []),
  ],
});

/** The views that threads make in advance; with classmix, which needs pseudo labels, there are none. */
export const strongViews = ({
  strong,
  weights,
}: Pick<ArcoOptions, "strong" | "weights">): Record<string, ViewRecipe> =>
  strong.mixing === "classmix"
    ? {}
    : {
        strong: strongViewRecipe(strong),
        ...(weights.equivariance > 0 && { equivariance: strongViewRecipe(strong) }),
      };

/** Images, pseudo labels and confidences after the strong augmentation: labels and confidences go where their pixels went. A view that was made in advance is taken as it is. */
export function strongView(
  weak: PseudoLabeled,
  strong: ArcoOptions["strong"],
  name: { seed: number; step: number; view: string },
  made?: View,
): StrongView {
  const { shape } = weak;
  const { values, sources = Int32Array.from({ length: weak.labels.length }, (_, i) => i) } =
    made ?? makeView({ values: weak.images, shape }, strongViewRecipe(strong).steps, name, weak.labels);
  const confidence = takeFrom(weak.confidence, sources, 0);
  return {
    images: values,
    labels: takeFrom(weak.labels, sources, -1),
    confidence: strong.quantise8 ? confidence.map((value) => Math.floor(255 * value) / 255) : confidence,
    shape,
    sources,
  };
}
