import type { Cell } from "../paper/published.js";
import { pairedByPatient, pairedScores } from "../reports/rows.js";
import type { Group } from "../runs/records.js";
import { holm } from "../statistics/correction.js";
import { type Decision, decision, detectable, type PairsNeeded, pairsNeeded } from "../statistics/decision.js";
import type { Paired } from "../statistics/paired.js";
import type { Observations } from "../statistics/replicates.js";
import { measureIn } from "../training/evaluation/measure.js";

/** A row minus another one, in pairs of the same seed; of several draws of the labelled cases each is one pair, the mean over its seeds. */
export interface RowComparison {
  against: string;
  of: Observations["of"];
  /** Of the score from 0 to 1. */
  pairs: Paired;
  /** p of the paired t-test, corrected for the number of comparisons that are asked together (Holm); absent for fewer than two pairs. */
  p?: number;
  /** Whether the pairs decide it: five at least, p below 0.05, and the sign-flip test agrees. */
  found: Decision;
  /** Pairs of seeds that would decide the observed difference, at the observed spread and at its upper bound (5 % shared among all comparisons, power 80 %); absent where no spread is known, or it is decided. */
  seedsNeeded?: PairsNeeded;
  /** The smallest true difference that these pairs would have shown, from 0 to 1 (5 % shared among all comparisons, power 80 %); absent where pairs are too few. */
  detectable?: number;
  /** Where pairs are too few: the same in pairs of the same test patient, of these trainings as they are; absent for photographs. */
  patients?: Paired;
  /** The same difference as the paper prints it, in points. */
  publishedPoints?: number;
}

/** What is compared of a row. */
interface Compared {
  title: string;
  runs: Group["runs"];
  published?: Cell;
}

/**
 * Each row minus the row of the title at its place, corrected for how many there are (Holm). Undefined where there is no such row, where the two are one training (`shared`),
 * or where they have no pair.
 */
export function compare(
  rows: readonly Compared[],
  against: readonly (string | undefined)[],
  shared: readonly (readonly string[])[],
): (RowComparison | undefined)[] {
  const found = rows.map((row, at) => {
    const other = rows.find(({ title }) => title === against[at]);
    const isOne = shared.some((titles) => titles.includes(row.title) && other && titles.includes(other.title));
    return other && other !== row && !isOne ? comparison(row, other) : undefined;
  });
  const tested = found.filter((one) => one?.pairs.tTest !== undefined);
  const corrected = holm(tested.map((one) => one?.pairs.tTest ?? 1));
  return found.map((one) => {
    const at = tested.indexOf(one);
    return one && at >= 0 ? decided(one, corrected[at], tested.length) : one;
  });
}

function comparison({ runs, published }: Compared, other: Compared): RowComparison | undefined {
  const { of, pairs } = pairedScores(other, { runs });
  if (pairs.difference.n === 0) return undefined;
  const found = decision(pairs, 1);
  const isOfPatients = found === "too few" && measureIn(runs[0].metrics) !== "mIoU"; // photographs are scored together
  const printed = [published, other.published].map(printedScore);
  return {
    against: other.title,
    of,
    pairs,
    found,
    ...(isOfPatients && { patients: pairedByPatient(other, { runs }) }),
    ...(printed[0] !== undefined && printed[1] !== undefined && { publishedPoints: printed[0] - printed[1] }),
  };
}

function decided(one: RowComparison, p: number, comparisons: number): RowComparison {
  const { n, mean, sd = 0 } = one.pairs.difference;
  const found = decision(one.pairs, p);
  const told = { ...one, p, found, detectable: detectable({ n, sd }, { comparisons }) };
  return found === "decided" ? told : { ...told, seedsNeeded: pairsNeeded({ n, mean, sd }, { comparisons }) };
}

/** What the paper prints for a row as a whole: Dice, or mIoU in table 7. */
export const printedScore = (cell: Cell | undefined): number | undefined => cell?.dice ?? cell?.miou;
