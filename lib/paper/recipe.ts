import type { TableNumber } from "./published.js";

/** What trains a row of a table: plain words and numbers that change a config of the lab, for this folder knows nothing of training. */
export interface Recipe {
  /** Name of a method of the lab; one that it does not have yet makes the row "not yet". */
  method: string;
  /** Of the queries, by its name; which option of a method it is follows from the protocol. */
  sampler?: string;
  /** All cases labelled, whatever number the table is asked for. */
  labeled?: "all";
  network?: "vnet" | "deeplab";
  options?: Readonly<Record<string, unknown>>;
  pretraining?: { method?: string; options?: Readonly<Record<string, unknown>> };
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
}

/** How a table of the paper is made. */
export interface PaperTable {
  number: TableNumber;
  title: string;
  /** The data sets of its columns, and the lab's names of them as benchmarks. */
  datasets: readonly { dataset: string; benchmark: string }[];
  rows: readonly TableRow[];
}
