import type { ViewRecipe } from "../images/augment/views.js";

/**
 * A view of contrastive frameworks of all images of a batch: a random part resized to the whole, mirrored or not, in other brightness and contrast, blurred or not
 * (MoCo v2, Chen et al. 2020, without the changes of colour, which grey images do not have). `smallest` is the least share of the area that is cut out.
 */
export const croppedView = ({ smallest = 0.2 } = {}): ViewRecipe => ({
  of: "all",
  steps: [
    { change: "resizedCrop", area: [smallest, 1] },
    { change: "flip", probability: 0.5 },
    {
      change: "photometric",
      jitterProbability: 0.8,
      brightness: 0.4,
      contrast: 0.4,
      blurProbability: 0.5,
      sigma: [0.1, 2],
    },
  ],
});
