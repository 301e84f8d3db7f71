import type { TableNumber } from "./published.js";

/** What trains a row of a table: plain words and numbers that change a config of the lab, for this folder knows nothing of training. */
export interface Recipe {
  /** Name of a method of the lab; one that it does not have yet makes the row "not yet". */
  method: string;
  /** Of the queries, by its name; which option of a method it is follows from the protocol. */
  sampler?: string;
  /** All cases labelled, whatever number the table is asked for. */
  labeled?: "all";
  network?: "vnet";
  options?: Readonly<Record<string, unknown>>;
  /** Null: none. */
  pretraining?: { method?: string; options?: Readonly<Record<string, unknown>> } | null;
  augmentation?: Readonly<Record<string, boolean>>;
}

/** A row of a table: what it is called in print, what trains it, and which row it is compared with. */
export interface TableRow {
  method: string;
  variant: string;
  recipe: Recipe;
  /** The row it is compared with in pairs of seeds, as `rowOf` names it. */
  against?: string;
  /** What a reader must know to read its number. */
  note?: string;
  /** Whether it is made only where it is asked for by name. */
  onRequest?: boolean;
}

/** A row that no table prints: ARCO without anything that is its own. What ARCO gains has to be gained over it. */
export const controlRow = (against: string): TableRow => ({
  method: "Control",
  variant: "",
  recipe: {
    method: "arco",
    pretraining: null,
    options: { weights: { contrast: 0, nearest: 0, equivariance: 0 } },
  },
  against,
  note: "pseudo labels on mixed images alone: ARCO without L_contrast, L_nn and its pre-training; not in the paper",
});

/** A row that no table prints: supervised training whose labelled images are augmented as ARCO's unlabelled ones, which prices the augmentation. */
export const augmentedRow = (against: string): TableRow => ({
  method: "Supervised",
  variant: "strong augmentation",
  recipe: { method: "supervised", options: { mixing: "cutmix", photometric: true } },
  against,
  note: "its labelled images are mixed with one another and jittered as ARCO's unlabelled ones, where every other row has the common weak augmentation on them; not in the paper",
});

/** How a table of the paper is made. */
export interface PaperTable {
  number: TableNumber;
  title: string;
  /** The data sets of its columns, the lab's names of them as benchmarks, and open data that stand in for them. */
  datasets: readonly { dataset: string; benchmark: string; standIns?: readonly string[] }[];
  rows: readonly TableRow[];
  /** The row that all others are compared with besides, as `rowOf` names it: supervised training with few labels, or where the table has none the control arm. */
  baseline: string;
  /** The benchmark it is made on unless told otherwise: the sample where absent. */
  usual?: string;
}
