import type { Finding } from "./finding.js";
import { placeOf } from "./place.js";
import type { Cell } from "./published.js";

/** Numbers with other digits than the tables have: one decimal for percentages, three significant digits for distances below a hundred. */
export function digits(cells: readonly Cell[]): Finding[] {
  return cells.flatMap((cell) =>
    Object.entries(cell.printed).flatMap(([measure, text]): Finding[] => {
      const value = Number(text);
      const expected = measure !== "asd" || value >= 10 ? 1 : value >= 1 ? 2 : 3;
      if ((text.split(".")[1] ?? "").length === expected) return [];
      const name = { dice: "Dice", asd: "ASD", miou: "mean IoU" }[measure];
      return [
        {
          kind: "digits",
          sentence: `${placeOf(cell)}: the ${name} of ${cell.structure} is printed as ${text}, with other digits than its neighbours.`,
          cells: [cell],
        },
      ];
    }),
  );
}
