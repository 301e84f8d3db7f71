import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readLists } from "../../lib/benchmarks/acdc/lists.js";
import { labeledFirst, readApart, readIds, readSplitLists } from "../../lib/benchmarks/lists.js";
import { Problem } from "../../lib/problem.js";
import { temporary } from "../temporary.js";

const folder = temporary("arco lists ü-");
const place = (name: string) => join(folder, name);
const write = (name: string, ...lines: string[]) => writeFileSync(place(name), lines.join("\n"));
const lines = { id: /^c\d$/, example: "c1" };

test("a list is its lines in their order, whatever ends them; empty ones are passed over", () => {
  write("list.txt", "c3\r", "", "c1", "c2\r", "");
  assert.deepEqual(readIds(place("list.txt"), lines), ["c3", "c1", "c2"]);
});

test("a line may mean an id that it is not", () => {
  write("list.txt", "2", "0");
  const named = ["zero", "one", "two"];
  assert.deepEqual(readIds(place("list.txt"), { id: (line) => named[Number(line)], example: "1" }), ["two", "zero"]);
});

for (const [what, found, message] of [
  [
    "that is not there",
    undefined,
    "not found, expected a list of ids, one a line such as c1; write it, or name another folder by the option lists",
  ],
  ["without a line", ["", ""], "found no ids, expected one a line such as c1; write them"],
  ["with a line that is none", ["c1", "", "d"], 'line 3: found "d", expected an id such as c1; correct the list'],
  ["with blanks", ["c1 "], 'line 1: found "c1 ", expected an id such as c1; correct the list'],
  [
    "with an id twice",
    ["c1", "c2", "c1"],
    'line 3: found "c1" twice, first in line 1, expected each id once; correct the list',
  ],
] as const)
  test(`a list ${what}: one clear error`, () => {
    rmSync(place("list.txt"), { force: true });
    if (found) write("list.txt", ...found);
    assert.throws(() => readIds(place("list.txt"), lines), new Problem(`${place("list.txt")}: ${message}`));
  });

test("what is in two lists is an error, whether ids or what they count as", () => {
  write("a.txt", "c1", "c2");
  write("b.txt", "c3");
  write("c.txt", "c4", "c2");
  const lists = { "a.txt": lines, "b.txt": lines, "c.txt": lines };
  const wrong = (id: string, other: string) =>
    new Problem(`${folder}: found ${id} in a.txt and in ${other}, expected it in one list only; correct the lists`);
  assert.throws(() => readApart(folder, lists), wrong("c2", "c.txt"));
  assert.throws(() => readApart(folder, lists, ([letter]) => letter), wrong("c", "b.txt"));
  write("c.txt", "c4");
  assert.deepEqual(readApart(folder, lists), [["c1", "c2"], ["c3"], ["c4"]]);
});

test("a patient of ACDC in two lists is an error, though its frames differ", () => {
  write("train_slices.txt", "patient003_frame01_slice_1", "patient003_frame01_slice_2");
  write("val.txt", "patient004_frame01");
  write("test.txt", "patient003_frame02");
  assert.throws(
    () => readLists(folder),
    new Problem(
      `${folder}: found patient003 in train_slices.txt and in test.txt, expected it in one list only; correct the lists`,
    ),
  );
});

test("labelled ones are those of their list, else the first; their list is a part of those to train on, of the right length", () => {
  write("train_all.txt", "c1", "c2", "c3");
  write("test.txt", "c4");
  const read = (labeled: number) => readSplitLists(folder, labeled, { lines, all: 9, file: "train_2.txt" });
  const rest = { validation: [], test: ["c4"] };
  assert.deepEqual(read(2), { train: ["c1", "c2", "c3"], labeled: 2, ...rest });
  write("train_2.txt", "c3", "c2");
  assert.deepEqual(read(2), { train: ["c3", "c2", "c1"], labeled: 2, ...rest });
  assert.deepEqual(read(9), { train: ["c1", "c2", "c3"], labeled: 3, ...rest });
  const wrong = (found: string, labeled: number) =>
    new Problem(
      `${place("train_2.txt")}: found ${found}, expected ${labeled} of those in train_all.txt; correct the list, or label another number`,
    );
  assert.throws(() => read(1), wrong("2 cases", 1));
  write("train_2.txt", "c3", "c4");
  assert.throws(() => read(2), wrong("c4", 2));
});

test("only those are taken that are there, where that is asked", () => {
  const has = (id: string) => id !== "c1";
  assert.deepEqual(readSplitLists(folder, 1, { lines, all: 9, has }).train, ["c2", "c3"]);
});

test("more labelled ones than there are is an error, unless all are asked for", () => {
  assert.throws(
    () => labeledFirst(["c1"], 2, "/data", { all: 3 }),
    new Problem("/data: found 1 cases to train on, expected at least the 2 to be labelled; choose fewer"),
  );
  assert.equal(labeledFirst(["c1"], 3, "/data", { all: 3 }).labeled, 1);
});
