import type { ViewRecipe } from "../images/augment/views.js";

/**
 * The augmentation of contrastive frameworks, of all images of a batch: random resized crop, flip, brightness and contrast jitter, blur
 * (MoCo v2, Chen et al. 2020, without colour jitter, which grey images do not need). `smallest` is the least fraction of the area that is cropped.
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
