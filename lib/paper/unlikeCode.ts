import { fixed } from "../written.js";
import type { Finding } from "./finding.js";
import { grouped, placeOf } from "./place.js";
import type { Cell } from "./published.js";

const equalities = [
  {
    table: 2,
    whole: "full",
    part: "w/o diversity (L_nn)",
    why: "L_nn of the released code has no gradient: with and without it is the same training there",
  },
  {
    table: 4,
    whole: "all augmentations",
    part: "w/o random cropping",
    why: "the crop of the released code gives the image back as it was: with and without it is the same training there",
  },
] as const;

/** Rows that differ in print although the released code makes them equal. */
export function unlikeCode(cells: readonly Cell[]): Finding[] {
  return equalities.flatMap(({ table, whole, part, why }) => {
    const rows = cells.filter((cell) => cell.table === table && (cell.variant === whole || cell.variant === part));
    return grouped(rows, ({ method }) => method).flatMap((pair): Finding[] => {
      const [one, other] = pair;
      if (!other || one.dice === other.dice) return [];
      const gap = fixed(Math.abs((one.dice ?? 0) - (other.dice ?? 0)), 1);
      return [
        {
          kind: "code",
          sentence: `${placeOf(other)}: Dice differs by ${gap} from "${whole}", but ${why}.`,
          cells: pair,
        },
      ];
    });
  });
}
