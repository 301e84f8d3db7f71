import type { Cell } from "./published.js";

/** What the published cells can say against each other, by the word that `audit` uses for it. */
export const findingKinds = {
  average: "averages that are not the mean of their structures",
  copy: "numbers that stand in the rows of two methods",
  contradiction: "one experiment with several results",
  code: "rows that differ in print although the released code makes them equal",
  unit: "one distance in two units",
  digits: "numbers with other digits than their neighbours",
  bound: "results above full supervision",
  order: "more labels, lower result",
  same: "one experiment printed several times, as must be equal",
} as const;

/** Something that the published cells say against each other (or, for "same", that they agree where they must), and the cells that it is found in. */
export interface Finding {
  kind: keyof typeof findingKinds;
  sentence: string;
  cells: readonly Cell[];
}
