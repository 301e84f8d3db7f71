import { rowOf } from "./place.js";
import { controlRow, type PaperTable, type TableRow } from "./recipe.js";

const samplers = ["NS", "SAG", "SG"] as const;
const names = { NS: "ns", SAG: "sag", SG: "sg" } as const;

/** Pre-training frameworks as printed, and what the lab calls them. */
const frameworks: Readonly<Record<string, string>> = {
  MoCov2: "moco",
  "kNN-MoCo": "knnMoco",
  SimCLR: "simclr",
  BYOL: "byol",
  ISD: "isd",
  VICReg: "vicreg",
  ARCO: "relational",
};

const unlike =
  'pre-trains the encoder alone and without labels (the paper does not say which part); ARCO\'s own pre-training trains the decoder too, with labels, so this compares more than the frameworks; --only "decoder too" makes rows that pre-train both';

/** A row on request: the same framework on encoder and decoder, which is the other reading of the paper. */
const decoderToo = ({ method, variant, recipe }: TableRow): TableRow => ({
  method,
  variant: `${variant}, decoder too`,
  recipe: { ...recipe, pretraining: { ...recipe.pretraining, options: { part: "network" } } },
  against: rowOf({ method, variant }),
  note: "pre-trains encoder and decoder, as ARCO's own pre-training does, but without labels; not in the paper",
  onRequest: true,
});

const rows = Object.entries(frameworks).flatMap(([method, framework]) =>
  samplers.map(
    (variant): TableRow => ({
      method,
      variant,
      recipe: { method: "arco", sampler: names[variant], pretraining: { method: framework } },
      ...(variant !== "NS" && { against: `${method}, NS` }),
      ...(method !== "ARCO" && { note: unlike }),
    }),
  ),
);

/** Table 8, ACDC: ARCO's second phase after other ways to pre-train. */
export const afterFrameworks: PaperTable = {
  number: 8,
  title: "ARCO's fine-tuning after other ways to pre-train, for each sampler",
  datasets: [{ dataset: "ACDC", benchmark: "acdc" }],
  baseline: "Control",
  rows: [...rows, controlRow("ARCO, SG"), ...rows.filter(({ method }) => method !== "ARCO").map(decoderToo)],
};
