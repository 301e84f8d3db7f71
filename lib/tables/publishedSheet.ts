import { audit } from "../paper/audit.js";
import { grouped, labelsOf, rowOf } from "../paper/place.js";
import { type Cell, published, type TableNumber } from "../paper/published.js";
import { tables } from "../paper/tables.js";
import type { Grid, Sheet } from "./formats.js";

/** A table as the paper prints it, and what its cells say against each other: a letter stands before each cell that a sentence below is about. */
export function publishedSheet(table: TableNumber): Sheet {
  const cells = published(table);
  const all = audit(table);
  const findings = all.filter(({ kind }) => kind !== "same");
  const marksOf = (cell: Cell) => findings.flatMap((finding, at) => (finding.cells.includes(cell) ? letter(at) : []));
  const unit = cells[0].asdUnit;
  return {
    title: `Table ${table} as published: ${tables[table].title}`,
    facts: [
      ["Source", "You et al., NeurIPS 2023, arXiv 2302.01735v5; errors kept"],
      ["Numbers", unit ? `Dice in % / ASD in ${unit === "mm" ? "mm, as printed" : "voxels"}` : "mean IoU in %"],
    ],
    grids: grouped(cells, ({ dataset, labeled }) => JSON.stringify([dataset, labeled])).map((own) =>
      gridOf(own, marksOf),
    ),
    findings: findings.map(({ kind, sentence }, at) => `${letter(at)}. ${kind}: ${sentence}`),
    notes: agreeing(all.length - findings.length),
    records: cells.map(({ printed, dice, asd, miou, asdUnit, ...cell }) => ({
      ...cell,
      ...{ dice_percent: dice ?? null, asd: asd ?? null, asd_unit: asdUnit ?? null, miou_percent: miou ?? null },
    })),
  };
}

const letter = (at: number) => String.fromCharCode("a".charCodeAt(0) + at);

/** What stands in several places and has to be the same there, which it is. */
const agreeing = (count: number) =>
  count > 0
    ? [
        `${count === 1 ? "One experiment is" : `${count} experiments are`} printed in several places, here or in other tables, with the same numbers, as must be.`,
      ]
    : [];

/** One data set and share of labels: a row a method, a column a structure; the marks of a cell stand before it, so that numbers stay in line. */
function gridOf(cells: readonly Cell[], marksOf: (cell: Cell) => string[]): Grid {
  const structures = [...new Set(cells.map(({ structure }) => structure))];
  const [{ dataset }] = cells;
  return {
    caption: `${dataset}, ${labelsOf(cells[0])} labelled`,
    columns: [{ name: "" }, ...structures.map((name) => ({ name }))],
    rows: grouped(cells, rowOf).map((row) => [
      rowOf(row[0]),
      ...structures.map((structure) => {
        const cell = row.find((one) => one.structure === structure);
        if (!cell) return "–";
        const { dice, miou, asd } = cell.printed;
        return [marksOf(cell).join(","), [dice ?? miou, asd].filter(Boolean).join(" / ")].filter(Boolean).join(" ");
      }),
    ]),
  };
}
