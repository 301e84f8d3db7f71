import { lookUp } from "../lookUp.js";
import { rowOf } from "../paper/place.js";
import type { TableNumber } from "../paper/published.js";
import type { TableRow } from "../paper/recipe.js";
import { tables } from "../paper/tables.js";
import { samplers } from "../samplers/index.js";

/**
 * The rows of a table for some samplers: those without a sampler in their name, those of the samplers that it prints, and at the end, as its rows of SG are made,
 * those of the others, registered ones among them. All that it prints where none is named. Throws a Problem for an unknown sampler.
 */
export function rowsOf(table: TableNumber, names: readonly string[]): readonly TableRow[] {
  const { rows } = tables[table];
  for (const name of names) lookUp(samplers, name, "sampler");
  if (names.length === 0) return rows;
  const kept = rows.filter((row) => names.includes(samplerOf(row) ?? names[0]));
  const others = [...new Set(names)].filter((name) => !rows.some((row) => samplerOf(row) === name));
  return [...kept, ...others.flatMap((name) => rows.filter((row) => samplerOf(row) === "sg").map(madeFor(name)))];
}

const named = /(?<=^|-)(NS|SAG|SG)(?![A-Za-z])/;

/** The sampler in a row's name: "sg" of "ARCO-SG, full". */
const samplerOf = ({ method, variant }: TableRow) => (named.exec(method) ?? named.exec(variant))?.[1].toLowerCase();

/** A row of SG as it is for another sampler, which nobody has printed; compared with SG where that itself is compared with none. */
const madeFor =
  (name: string) =>
  (row: TableRow): TableRow => {
    const renamed = (words: string) => words.replace(/(?<=^|-)SG(?![A-Za-z])/, name);
    const isDrawn = row.recipe.sampler === "sg"; // where no sampler acts it is the same training for all
    return {
      ...row,
      method: renamed(row.method),
      variant: renamed(row.variant),
      recipe: { ...row.recipe, ...(isDrawn && { sampler: name }) },
      against: row.against === undefined ? rowOf(row) : renamed(row.against),
    };
  };
