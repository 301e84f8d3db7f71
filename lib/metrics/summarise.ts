import type { Score } from "./score.js";

const measures = ["dice", "jaccard", "hd95", "asd", "asdReverse", "assd"] as const;

/** Means of the scores that are defined; null where none is. */
export type Means = { dice: number; jaccard: number } & Record<"hd95" | "asd" | "asdReverse" | "assd", number | null>;

/** How many false negatives (class in the truth alone), false positives (in the prediction alone) and absences (in neither) there were, and how many undefined distances. */
export interface Counts {
  falseNegative: number;
  falsePositive: number;
  absent: number;
  undefined: number;
}

/** Scores of a set of volumes in short. */
export interface Summarised {
  /** Means over volumes, one a foreground class. */
  perClass: (Means & { counts: Counts })[];
  /** Means over the classes of their means over volumes, as the tables of the paper average. */
  mean: Means;
  counts: Counts;
}

/** Averages scores over volumes, then over classes; what is undefined is left out and counted. Every case has one score a foreground class. */
export function summarise(cases: readonly (readonly Score[])[]): Summarised {
  const classes = cases[0]?.length ?? 0;
  if (classes === 0 || cases.some(({ length }) => length !== classes))
    throw new RangeError(
      "found cases without scores or with different numbers of them, expected one score a class in each",
    );
  const perClass = Array.from({ length: classes }, (_, c) => {
    const scores = cases.map((one) => one[c]);
    return { ...means(scores), counts: countsOf(scores) };
  });
  return { perClass, mean: means(perClass), counts: countsOf(cases.flat()) };
}

function means(all: readonly Means[]): Means {
  const [dice, jaccard, hd95, asd, asdReverse, assd] = measures.map((measure) =>
    average(all.map((one) => one[measure])),
  );
  return { dice: dice ?? Number.NaN, jaccard: jaccard ?? Number.NaN, hd95, asd, asdReverse, assd };
}

function average(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value): value is number => value !== null);
  return defined.length > 0 ? defined.reduce((sum, value) => sum + value, 0) / defined.length : null;
}

/** How many false negatives, false positives, absences and undefined distances some scores hold. */
export function countsOf(scores: readonly Score[]): Counts {
  const count = (isCounted: (one: Score) => boolean) => scores.filter(isCounted).length;
  return {
    falseNegative: count(({ outcome }) => outcome === "falseNegative"),
    falsePositive: count(({ outcome }) => outcome === "falsePositive"),
    absent: count(({ outcome }) => outcome === "absent"),
    undefined: count(({ assd }) => assd === null),
  };
}
