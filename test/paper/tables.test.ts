import assert from "node:assert/strict";
import { test } from "node:test";
import { rowOf } from "../../lib/paper/place.js";
import { published, tableNumbers } from "../../lib/paper/published.js";
import { labeledColumns, publishedFor, tables } from "../../lib/paper/tables.js";

const recipeOf = (table: 2 | 3 | 4, title: string) => tables[table].rows.find((row) => rowOf(row) === title)?.recipe;

test("a row is compared with another row of its table", () => {
  for (const table of tableNumbers) {
    const titles = tables[table].rows.map(rowOf);
    for (const row of tables[table].rows)
      if (row.against !== undefined) assert.ok(titles.includes(row.against) && row.against !== rowOf(row), rowOf(row));
  }
});

test("every table has a baseline among its rows: supervised training with few labels and nothing else, or the control arm", () => {
  for (const table of tableNumbers) {
    const { baseline, rows } = tables[table];
    const { recipe, method } = rows.find((row) => rowOf(row) === baseline) ?? {};
    const isBare = rows.some((row) => row.recipe.method === "supervised");
    assert.equal(recipe?.method, isBare ? "supervised" : "arco", `table ${table}`);
    assert.deepEqual([recipe?.labeled, recipe?.options === undefined], [undefined, isBare]);
    if (!isBare) assert.equal(method, "Control");
  }
});

test("an ablation is the whole minus one thing", () => {
  for (const table of [2, 3, 4] as const)
    for (const row of tables[table].rows.filter(({ variant }) => variant.startsWith("w/o"))) {
      const whole = recipeOf(table, row.against ?? "");
      const { sampler, ...changed } = row.recipe;
      assert.equal(rowOf(row).split(",")[0], row.against?.split(",")[0]);
      assert.deepEqual([changed.method, Object.keys(changed).length], [whole?.method, 2], rowOf(row));
      if (!row.variant.startsWith("w/o tailness")) assert.equal(sampler, whole?.sampler);
    }
});

test("without the contrastive loss the three samplers of table 2 are one recipe, as their printed numbers are one", () => {
  const rows = tables[2].rows.filter(({ variant }) => variant.startsWith("w/o tailness"));
  assert.equal(rows.length, 3);
  for (const { recipe, note } of rows) {
    assert.deepEqual(recipe, rows[0].recipe);
    assert.match(note ?? "", /one training serves/);
  }
  const printed = published(2).filter(({ variant }) => variant.startsWith("w/o tailness"));
  assert.deepEqual(new Set(printed.map(({ dice, asd }) => `${dice} ${asd}`)), new Set(["60.9 4.11"]));
});

test("the published columns go from few labels to many", () => {
  assert.deepEqual(labeledColumns(1, "ACDC"), ["1%", "5%", "10%"]);
  assert.deepEqual(labeledColumns(2, "ACDC"), ["1%"]);
  assert.deepEqual(labeledColumns(7, "Cityscapes"), ["20", "50", "150"]);
  assert.equal(publishedFor(9, { method: "ARCO-SG", variant: "" }, { dataset: "LA", labeled: "1%" })?.dice, 75);
  assert.equal(publishedFor(2, { method: "ARCO-SG", variant: "full" }, { dataset: "ACDC", labeled: "5%" }), undefined);
});
