import type { PaperTable, TableRow } from "./recipe.js";

const rival = "ReCo+ClassMix";

const arco = (sampler: "sag" | "sg", side: number): TableRow => ({
  method: `ARCO-${sampler.toUpperCase()}(${side ** 2})+ClassMix`,
  variant: "",
  recipe: { method: "reco", sampler, options: { cells: side } },
  against: rival,
});

/** Table 7: photographs and street scenes with few labelled images; ReCo's queries drawn by SG and SAG on grids of 9, 16 and 25 cells. */
export const onPhotographs: PaperTable = {
  number: 7,
  title: "ReCo with queries drawn in groups, on natural images",
  usual: "phantom-pascal",
  baseline: "Supervised",
  datasets: [
    { dataset: "Pascal VOC", benchmark: "pascal" },
    { dataset: "Cityscapes", benchmark: "cityscapes", standIns: ["camvid"] },
    { dataset: "SUN RGB-D", benchmark: "sunRgbd" },
  ],
  rows: [
    { method: "Supervised", variant: "", recipe: { method: "supervised" }, against: rival },
    {
      method: "ClassMix",
      variant: "",
      recipe: { method: "reco", options: { weights: { contrast: 0 } } },
      against: rival,
      note: "pseudo labels on images whose classes are mixed, without a contrast; not in the paper",
    },
    { method: rival, variant: "", recipe: { method: "reco", sampler: "ns" } },
    ...(["sag", "sg"] as const).flatMap((sampler) => [3, 4, 5].map((side) => arco(sampler, side))),
  ],
};
