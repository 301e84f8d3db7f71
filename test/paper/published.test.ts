import assert from "node:assert/strict";
import { test } from "node:test";
import { isHeadline, rowOf } from "../../lib/paper/place.js";
import { published, tableNumbers } from "../../lib/paper/published.js";
import { labeledColumns, publishedFor, tables } from "../../lib/paper/tables.js";

// Counted in the paper: rows × shares of labels × structures.
const counts = [20 * 3 * 4, 10, 8, 10, 20 * 3 * 3, 20 * 3 * 8, 3 * (1 + 3 * 8), 7 * 3 * 3, 2 * 20 * 3];

test("every table has all of its cells, each once", () => {
  for (const [at, table] of tableNumbers.entries()) {
    const cells = published(table);
    assert.equal(cells.length, counts[at], `table ${table}`);
    const places = cells.map(({ dataset, labeled, structure, ...row }) =>
      [dataset, labeled, structure, rowOf(row)].join(" "),
    );
    assert.equal(new Set(places).size, cells.length, `table ${table}`);
  }
});

test("every cell has the measures of its table, between 0 and 100 %, and its digits as printed", () => {
  for (const table of tableNumbers)
    for (const cell of published(table)) {
      const measures = table === 7 ? ["miou"] : ["dice", "asd"];
      assert.deepEqual(Object.keys(cell.printed), measures);
      assert.equal(cell.asdUnit, table === 7 ? undefined : table === 8 ? "mm" : "voxel");
      const share = cell.dice ?? cell.miou ?? Number.NaN;
      assert.ok(share > 0 && share < 100);
      for (const text of Object.values(cell.printed)) assert.match(text, /^\d+\.\d{1,3}$/);
    }
  const [cell] = published(1).filter(
    ({ method, structure, labeled }) => method + structure + labeled === "MC-NetMyo10%",
  );
  assert.deepEqual([cell.dice, cell.printed.dice, cell.asd, cell.printed.asd], [84, "84.0", 2.12, "2.12"]);
});

test("the rows that the lab knows are the printed rows, top to bottom, and each has its published number in every column", () => {
  for (const table of tableNumbers) {
    const { datasets, ...own } = tables[table];
    const rows = own.rows.filter(({ note }) => !note?.endsWith("not in the paper")); // those are ours
    assert.deepEqual(rows.map(rowOf), [...new Set(published(table).map(rowOf))], `table ${table}`);
    for (const row of rows)
      for (const { dataset } of datasets)
        for (const labeled of labeledColumns(table, dataset)) {
          const cell = publishedFor(table, row, { dataset, labeled });
          assert.ok(cell && isHeadline(cell) && rowOf(cell) === rowOf(row) && cell.labeled === labeled);
        }
  }
});
