import { type DctOptions, options } from "./dct/options.js";
import { rotationTrainer } from "./dct/rotation.js";
import { twoViewTrainer } from "./dct/twoView.js";
import type { Method } from "./method.js";
import { ssl4mis } from "./recipes.js";

/** Deep co-training: two views of an image are predicted alike. As released the views are an image and its rotation, in the original they are two networks, which adversarial examples keep apart. */
export const dct: Method<DctOptions> = {
  name: "dct",
  title: "Deep co-training (DCT)",
  cite: "Qiao et al., ECCV 2018; rotation as in SSL4MIS (train_deep_co_training_2D.py)",
  tested: ({ variant }) => (variant === "twoView" ? "the first of two networks" : "the network"),
  options,
  protocols: {
    paper: { variant: "twoView", weight: 10, ramp: 80 / 600 },
    released: { passes: "joint" },
  },
  dimensions: [2, 3],
  labeled: true,
  unlabeled: true,
  recipe: ssl4mis({ unlabeled: true, schedule3D: "poly" }),
  create: (setup) => (setup.options.variant === "rotation" ? rotationTrainer(setup) : twoViewTrainer(setup)),
};
