import { audit } from "../paper/audit.js";
import { grouped, labelsOf, rowOf } from "../paper/place.js";
import { type Cell, published, type TableNumber } from "../paper/published.js";
import { tables } from "../paper/tables.js";
import type { Grid, Sheet } from "./formats.js";

/** A table as the paper prints it, and what its cells say against each other. */
export function publishedSheet(table: TableNumber): Sheet {
  const cells = published(table);
  const unit = cells[0].asdUnit;
  return {
    title: `Table ${table} as published: ${tables[table].title}`,
    facts: [
      ["Source", "You et al., NeurIPS 2023, arXiv 2302.01735v5; errors kept"],
      ["Numbers", unit ? `Dice in % / ASD in ${unit === "mm" ? "mm, as printed" : "voxels"}` : "mean IoU in %"],
    ],
    grids: grouped(cells, ({ dataset, labeled }) => JSON.stringify([dataset, labeled])).map(gridOf),
    findings: audit(table).map(({ kind, sentence }) => `${kind}: ${sentence}`),
    notes: [],
    records: cells.map(({ printed, dice, asd, miou, asdUnit, ...cell }) => ({
      ...cell,
      ...{ dice_percent: dice ?? null, asd: asd ?? null, asd_unit: asdUnit ?? null, miou_percent: miou ?? null },
    })),
  };
}

/** One data set and share of labels: a row a method, a column a structure. */
function gridOf(cells: readonly Cell[]): Grid {
  const structures = [...new Set(cells.map(({ structure }) => structure))];
  const [{ dataset }] = cells;
  return {
    caption: `${dataset}, ${labelsOf(cells[0])} labelled`,
    columns: [{ name: "" }, ...structures.map((name) => ({ name }))],
    rows: grouped(cells, rowOf).map((row) => [
      rowOf(row[0]),
      ...structures.map((structure) => {
        const { printed } = row.find((cell) => cell.structure === structure) ?? {};
        return [printed?.dice ?? printed?.miou, printed?.asd].filter(Boolean).join(" / ") || "–";
      }),
    ]),
  };
}
