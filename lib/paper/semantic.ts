import type { PaperTable, TableRow } from "./recipe.js";

const rival = "ReCo+ClassMix";

const arco = (sampler: "sag" | "sg", side: number): TableRow => ({
  method: `ARCO-${sampler.toUpperCase()}(${side ** 2})+ClassMix`,
  variant: "",
  recipe: { method: "reco", sampler, network: "deeplab", options: { cells: side } },
  against: rival,
});

/** Table 7: photographs and street scenes with few labelled images; ReCo's queries drawn by SG and SAG on grids of 9, 16 and 25 cells. */
export const onPhotographs: PaperTable = {
  number: 7,
  title: "ReCo with queries drawn in groups, on natural images",
  datasets: [
    { dataset: "Pascal VOC", benchmark: "pascal" },
    { dataset: "Cityscapes", benchmark: "cityscapes" },
    { dataset: "SUN RGB-D", benchmark: "sunRgbd" },
  ],
  rows: [
    { method: "Supervised", variant: "", recipe: { method: "supervised", network: "deeplab" }, against: rival },
    { method: rival, variant: "", recipe: { method: "reco", sampler: "ns", network: "deeplab" } },
    ...(["sag", "sg"] as const).flatMap((sampler) => [3, 4, 5].map((side) => arco(sampler, side))),
  ],
};
