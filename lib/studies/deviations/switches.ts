import type { PartialConfig } from "../../training/config/config.js";

/** One thing of the paper's text or of the released code that is put in the place of the lab's choice. */
export interface Switch {
  title: string;
  /** Whose choice it is. */
  from: "paper" | "released";
  /** Its numbers in the list of deviations; none where that list, which is about results in print, has no line for it. */
  deviations: readonly number[];
  /** What it changes of ARCO's options in protocol lab. */
  options: NonNullable<PartialConfig["options"]>;
  /** What it must be equal to, to the last bit, if what we say of it is true. */
  equals?: { title: string; options: NonNullable<PartialConfig["options"]> };
}

/** Deviations of the second phase that can be switched alone; all start from the same pre-training. */
export const switches: readonly Switch[] = [
  {
    title: "SG over the list of pixels",
    from: "released",
    deviations: [20],
    options: { sampler: "sgReleased" },
  },
  {
    title: "L_contrast against a memory bank",
    from: "released",
    deviations: [16, 17, 18, 19],
    options: {
      contrast: { which: "released", available: "entropy", from: "bank", draw: "own" },
      teacher: { view: "strong" }, // the bank holds what the teacher sees there
    },
  },
  {
    title: "teacher looks at the strong view too",
    from: "released",
    deviations: [],
    options: { teacher: { view: "strong" } },
  },
  {
    title: "L_nn without a gradient",
    from: "released",
    deviations: [23],
    options: { nearest: { gradient: "none" } },
    equals: { title: "without L_nn", options: { weights: { nearest: 0 } } },
  },
  {
    title: "L_nn with weight 1",
    from: "paper",
    deviations: [46],
    options: { weights: { nearest: 1 } },
  },
  {
    title: "elastic warp of the image, not of its label",
    from: "released",
    deviations: [25, 26],
    options: { strong: { elastic: true, elasticLabels: false } },
  },
  {
    title: "no strong augmentation",
    from: "paper",
    deviations: [25],
    options: { strong: { mixing: "none", photometric: false } },
  },
  {
    title: "L_contrast of dot products, summed",
    from: "paper",
    deviations: [14, 15],
    options: { contrast: { similarity: "dot", reduction: "sum" } },
  },
];
