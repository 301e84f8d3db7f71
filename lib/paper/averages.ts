import { fixed } from "../written.js";
import type { Finding } from "./finding.js";
import { grouped, placeOf } from "./place.js";
import type { Cell } from "./published.js";

const names = { dice: "Dice", asd: "ASD" } as const;
type Averaged = keyof typeof names;

/** Printed averages that are not the mean of the printed structures, whichever way every one of them was rounded. */
export function averages(cells: readonly Cell[]): Finding[] {
  const blocks = grouped(cells, (cell) => placeOf(cell));
  const wrong = (["dice", "asd"] as const).flatMap((measure) =>
    blocks.flatMap((block) => {
      const fault = faultOf(block, measure);
      return fault ? [{ block, measure, fault }] : [];
    }),
  );
  // a row that is printed under several shares of labels is one finding
  const told = new Map<string, typeof wrong>();
  for (const one of wrong) {
    const [{ table, method }] = one.block;
    const key = JSON.stringify([table, method, one.measure, one.block.map(({ printed }) => printed)]);
    told.set(key, [...(told.get(key) ?? []), one]);
  }
  return [...told.values()].map((same) => ({
    kind: "average",
    sentence: `${placeOf(same[0].block[0], ...same.slice(1).map(({ block }) => block[0]))}: ${same[0].fault}.`,
    cells: same.flatMap(({ block }) => block.filter(({ structure }) => structure === "Average")),
  }));
}

/** What does not add up in a block of an average and its structures; undefined where all is well. */
function faultOf(block: readonly Cell[], measure: Averaged): string | undefined {
  const average = block.find(({ structure }) => structure === "Average");
  const parts = block.filter(({ structure }) => structure !== "Average");
  if (!average || parts.length === 0 || average[measure] === undefined) return undefined;
  const values = parts.map((part) => part[measure] ?? Number.NaN);
  const printed = average[measure];
  const slack = rounding(average, measure) + mean(parts.map((part) => rounding(part, measure))) + 1e-9;
  const addsUp = (numbers: readonly number[]) => Math.abs(printed - mean(numbers)) <= slack;
  if (addsUp(values)) return undefined;
  const shown = parts.map((part) => `${part.structure} ${part.printed[measure]}`).join(", ");
  const shifted = [10, 0.1].flatMap((factor) =>
    parts.flatMap((part, at) =>
      addsUp(values.map((value, i) => (i === at ? value * factor : value)))
        ? [`; with ${part.structure} at ${Number((values[at] * factor).toPrecision(3))} it would add up`]
        : [],
    ),
  );
  const twin = parts.find((part) => part.printed[measure] === average.printed[measure]);
  return `the average ${names[measure]} is printed as ${average.printed[measure]}, but the mean of ${shown} is ${fixed(mean(values), 2)}${shifted.join("")}${twin ? `; ${average.printed[measure]} is also the number of ${twin.structure}` : ""}`;
}

/** Half of the last printed digit. */
function rounding({ printed }: Cell, measure: Averaged): number {
  const [, decimals = ""] = (printed[measure] ?? "").split(".");
  return 0.5 * 10 ** -decimals.length;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
