import { controlRow, type PaperTable, type Recipe, type TableRow } from "./recipe.js";

type Sampler = "ns" | "sg" | "sag";

const acdc = [{ dataset: "ACDC", benchmark: "acdc" }];
const arco = (sampler: Sampler, changes: Omit<Recipe, "method"> = {}): Recipe => ({
  method: "arco",
  sampler,
  ...changes,
});
const nameOf = (sampler: Sampler) => `ARCO-${sampler.toUpperCase()}`;

/** A row without a part of ARCO, compared with the whole of the same sampler. */
const without = (sampler: Sampler, whole: string, variant: string, changes: Omit<Recipe, "method">): TableRow => ({
  method: nameOf(sampler),
  variant,
  recipe: arco(sampler, changes),
  against: `${nameOf(sampler)}, ${whole}`,
});

/** Table 2, ACDC 1 %: what L_contrast ("tailness") and L_nn ("diversity") add, for each sampler. */
export const components: PaperTable = {
  number: 2,
  title: "ARCO without its contrastive or its nearest-neighbour loss, for each sampler",
  datasets: acdc,
  baseline: "Control",
  rows: [
    controlRow("ARCO-SG, full"),
    {
      method: "Vanilla",
      variant: "",
      recipe: arco("ns", { options: { weights: { contrast: 0, nearest: 0 } } }),
      against: "ARCO-NS, full",
      note: "the paper does not say what it keeps; here L_contrast and L_nn are left out, L_sup, L_unsup and the pre-training stay",
    },
    ...(["sag", "sg", "ns"] as const).flatMap((sampler): TableRow[] => [
      {
        method: nameOf(sampler),
        variant: "full",
        recipe: arco(sampler),
        ...(sampler !== "ns" && { against: "ARCO-NS, full" }),
      },
      {
        ...without(sampler, "full", "w/o tailness (L_contrast)", { options: { weights: { contrast: 0 } } }),
        recipe: arco("ns", { options: { weights: { contrast: 0 } } }), // no sampler acts, so it is one training for all three
        note: "without L_contrast no sampler acts: one training serves the rows of all three samplers",
      },
      without(sampler, "full", "w/o diversity (L_nn)", { options: { weights: { nearest: 0 } } }),
    ]),
  ],
};

/** Table 3, ACDC 1 %: without the pseudo-label loss, and without one of the two losses of the pre-training. */
export const losses: PaperTable = {
  number: 3,
  title: "ARCO without one of its other losses",
  datasets: acdc,
  baseline: "Control",
  rows: [
    controlRow("ARCO-SG, full"),
    ...(["sag", "sg"] as const).flatMap((sampler): TableRow[] => [
      { method: nameOf(sampler), variant: "full", recipe: arco(sampler) },
      without(sampler, "full", "w/o L_unsup", { options: { weights: { unsupervised: 0 } } }),
      without(sampler, "full", "w/o L_inst global", { pretraining: { options: { weights: { global: 0 } } } }),
      without(sampler, "full", "w/o L_inst local", { pretraining: { options: { weights: { local: 0 } } } }),
    ]),
  ],
};

const noCrop =
  "under protocol released the crop changes nothing, so this row differs from all augmentations in name only";

/** Table 4, ACDC 1 %: without one of the three geometric augmentations, or all. */
export const augmentations: PaperTable = {
  number: 4,
  title: "ARCO without one of the geometric augmentations",
  datasets: acdc,
  baseline: "Control",
  rows: [
    controlRow("ARCO-SG, all augmentations"),
    ...(["sag", "sg"] as const).flatMap((sampler): TableRow[] => {
      const off = (variant: string, augmentation: Recipe["augmentation"]) =>
        without(sampler, "all augmentations", variant, { augmentation });
      return [
        { method: nameOf(sampler), variant: "all augmentations", recipe: arco(sampler) },
        off("w/o random rotation", { rotation: false }),
        { ...off("w/o random cropping", { crop: false }), note: noCrop },
        off("w/o horizontal flipping", { flip: false }),
        off("no augmentation", { rotation: false, crop: false, flip: false }),
      ];
    }),
  ],
};
