import type { TableNumber } from "./published.js";
import { augmentedRow, controlRow, type PaperTable, type Recipe, type TableRow } from "./recipe.js";

/** The rows of tables 1, 5 and 6, top to bottom. */
const recipes: Readonly<Record<string, Recipe>> = {
  "UNet-F": { method: "supervised", labeled: "all" },
  "UNet-L": { method: "supervised" },
  EM: { method: "entropyMinimization" },
  CCT: { method: "cct" },
  DAN: { method: "dan" },
  URPC: { method: "urpc" },
  DTC: { method: "dtc" },
  DCT: { method: "dct" },
  ICT: { method: "ict" },
  MT: { method: "meanTeacher" },
  UAMT: { method: "uamt" },
  SASSNet: { method: "sassnet" },
  CPS: { method: "cps" },
  GCL: { method: "gcl" },
  "MC-Net": { method: "mcnet" },
  "SS-Net": { method: "ssnet" },
  ACTION: { method: "action" },
  MONA: { method: "arco", sampler: "ns", options: { weights: { equivariance: 1 } } }, // the released code of MONA is ARCO's
  "ARCO-SAG": { method: "arco", sampler: "sag" },
  "ARCO-SG": { method: "arco", sampler: "sg" },
};

const notes: Readonly<Record<string, string>> = {
  "UNet-F": "trained with all labels, whatever the number of the others",
  MONA: "ARCO with the naive sampler and the equivariance loss, as its released code has it",
};

function comparison(number: TableNumber, title: string, datasets: PaperTable["datasets"]): PaperTable {
  return {
    number,
    title,
    datasets,
    baseline: "UNet-L",
    rows: [
      ...Object.entries(recipes).map(
        ([method, recipe]): TableRow => ({
          method,
          variant: "",
          recipe,
          ...(method !== "ARCO-SG" && { against: "ARCO-SG" }),
          ...(notes[method] && { note: notes[method] }),
        }),
      ),
      augmentedRow("ARCO-SG"),
      controlRow("ARCO-SG"),
    ],
  };
}

/** Table 1: ARCO and the methods it is compared with on ACDC. */
export const onAcdc = comparison(1, "ARCO and 18 other ways to train on ACDC", [
  { dataset: "ACDC", benchmark: "acdc" },
]);

/** Table 5: the same on LiTS. */
export const onLits = comparison(5, "ARCO and 18 other ways to train on LiTS", [
  { dataset: "LiTS", benchmark: "lits" },
]);

/** Table 6: the same on MMWHS. */
export const onMmwhs = comparison(6, "ARCO and 18 other ways to train on MMWHS", [
  { dataset: "MMWHS", benchmark: "mmwhs" },
]);

/** MONA as its released 3D code has it: the equivariance loss is part of the first step's loss alone. */
const monaOnVolumes: Partial<TableRow> = {
  recipe: { method: "arco", sampler: "ns" },
  note: "ARCO with the naive sampler; on volumes its released code leaves out the equivariance loss",
};

/** Table 9: the same with a V-Net on volumes. */
export const onVolumes: PaperTable = {
  number: 9,
  title: "ARCO and 18 other ways to train on volumes",
  datasets: [
    { dataset: "MP-MRI", benchmark: "mpMri" },
    { dataset: "LA", benchmark: "la" },
  ],
  baseline: "VNet-L",
  rows: onAcdc.rows
    .map((row) => ({ ...row, ...(row.method === "MONA" && monaOnVolumes) }))
    .map((row) => ({
      ...row,
      method: row.method.replace("UNet", "VNet"),
      recipe: { ...row.recipe, network: "vnet" },
    })),
};
