import assert from "node:assert/strict";
import { test } from "node:test";
import { audit, auditRows } from "../../lib/paper/audit.js";
import { averages } from "../../lib/paper/averages.js";
import { bounds } from "../../lib/paper/bounds.js";
import { copies } from "../../lib/paper/copies.js";
import { digits } from "../../lib/paper/digits.js";
import type { Finding } from "../../lib/paper/finding.js";
import { type Cell, published, tableNumbers } from "../../lib/paper/published.js";
import { repeats } from "../../lib/paper/repeats.js";
import { unlikeCode } from "../../lib/paper/unlikeCode.js";

const sentences = (kind: Finding["kind"]) =>
  audit()
    .filter((finding) => finding.kind === kind)
    .map(({ sentence }) => sentence);

/** A cell of table 1 as if it were printed so. */
const cell = (method: string, structure: string, dice: string, asd: string, more: Partial<Cell> = {}): Cell => ({
  ...{ table: 1, dataset: "LiTS", method, variant: "", labeled: "1%", structure },
  ...{ dice: Number(dice), asd: Number(asd), asdUnit: "voxel", printed: { dice, asd } },
  ...more,
});

// Golden findings: the averages and copies also come out of a script of its own in another language.

test("twenty averages are not the mean of their structures", () => {
  const found = sentences("average").map((sentence) => {
    const [, place, measure] = /^table (.*): the average (Dice|ASD) is/.exec(sentence) ?? [];
    return `${place} ${measure}`;
  });
  assert.deepEqual(found, [
    "1, UNet-F, ACDC 1%, 5%, 10% Dice",
    "1, UAMT, ACDC 1% Dice",
    "1, MC-Net, ACDC 1% Dice",
    "5, MONA, LiTS 1% Dice",
    "6, SASSNet, MMWHS 1% Dice",
    "6, UAMT, MMWHS 10% Dice",
    "1, CCT, ACDC 1% ASD",
    "1, MT, ACDC 1% ASD",
    "1, UAMT, ACDC 5% ASD",
    "1, MC-Net, ACDC 1% ASD",
    "1, MONA, ACDC 1% ASD",
    "1, MONA, ACDC 10% ASD",
    "5, UAMT, LiTS 10% ASD",
    "5, SASSNet, LiTS 1% ASD",
    "5, CPS, LiTS 1% ASD",
    "6, URPC, MMWHS 1% ASD",
    "6, DCT, MMWHS 1% ASD",
    "6, SASSNet, MMWHS 1% ASD",
    "6, DAN, MMWHS 5% ASD",
    "6, SASSNet, MMWHS 5% ASD",
  ]);
  const [moved] = sentences("average").filter((sentence) => sentence.includes("it would add up"));
  assert.equal(
    moved,
    "table 5, SASSNet, LiTS 1%: the average ASD is printed as 42.7, but the mean of Liver 14.7, Lesion 7.06 is 10.88; with Lesion at 70.6 it would add up.",
  );
  assert.equal(sentences("average").filter((sentence) => sentence.includes("is also the number of PA")).length, 3);
  const cells = audit().flatMap((finding) => (finding.kind === "average" ? finding.cells : []));
  assert.deepEqual([...new Set(cells.map(({ structure }) => structure))], ["Average"]);
});

test("eight pairs of rows share numbers", () => {
  assert.deepEqual(sentences("copy"), [
    "table 1, ACDC 1%: MT and UAMT have the same Dice and ASD for RV, Myo, LV (not for Average).",
    "table 1, ACDC 10%: UNet-L and EM have the same ASD for every structure, with other values beside it.",
    "table 5, LiTS 1%: URPC and UAMT have the same Dice and ASD for Average, Liver, Lesion.",
    "table 5, LiTS 1%: DCT and CPS have the same Dice and ASD for Liver, Lesion (not for Average).",
    "table 5, LiTS 10%: URPC and DTC have the same Dice and ASD for Average, Liver, Lesion.",
    "table 6, MMWHS 1%: MT and SASSNet have the same Dice and ASD for RV, LA, RA, Myo, AA, PA (not for Average, LV).",
    "table 6, MMWHS 10%: MT and UAMT have the same Dice and ASD for PA (not for Average, LV, RV, LA, RA, Myo, AA; one pair of numbers may be chance).",
    "table 9, MP-MRI 5%: EM and CCT have the same Dice and ASD for Liver; one pair of numbers may be chance.",
  ]);
});

test("what must be equal is equal, though not in its unit; what the released code makes equal is not", () => {
  assert.deepEqual(sentences("contradiction"), []);
  assert.equal(sentences("same").length, 5 + 9 + 1); // full supervision, ARCO as a whole (three samplers and shares of labels), w/o tailness
  assert.deepEqual(sentences("unit"), [
    "table 8: 9 distances are printed in mm that stand in voxels in tables 1, 2, 3, 4.",
  ]);
  assert.deepEqual(
    sentences("code").map((sentence) => sentence.replace(/ from .*/, "")),
    [
      "table 2, ARCO-SAG, w/o diversity (L_nn), ACDC 1%: Dice differs by 6.3",
      "table 2, ARCO-SG, w/o diversity (L_nn), ACDC 1%: Dice differs by 6.2",
      "table 2, ARCO-NS, w/o diversity (L_nn), ACDC 1%: Dice differs by 7.4",
      "table 4, ARCO-SAG, w/o random cropping, ACDC 1%: Dice differs by 0.5",
      "table 4, ARCO-SG, w/o random cropping, ACDC 1%: Dice differs by 0.9",
    ],
  );
});

test("two numbers have odd digits, two tables go above full supervision, three rows fall with more labels", () => {
  assert.deepEqual(
    sentences("digits").map((sentence) => /\d+\.\d+/.exec(sentence)?.[0]),
    ["17.17", "15.11"],
  );
  assert.deepEqual(
    sentences("bound").map((sentence) => sentence.replace(/:.*/, "")),
    ["table 5, LiTS", "table 6, MMWHS"],
  );
  assert.equal(sentences("order").length, 3);
});

test("a finding belongs to every table that one of its cells is in", () => {
  const all = audit();
  for (const table of tableNumbers)
    assert.deepEqual(
      audit(table),
      all.filter(({ cells }) => cells.some((one) => one.table === table)),
    );
  assert.deepEqual(audit(7), []);
});

test("the kinds of findings count every finding once", () => {
  const all = audit();
  const rows = auditRows(all);
  assert.equal(
    rows.reduce((sum, { found }) => sum + found, 0),
    all.length,
  );
  assert.deepEqual(
    rows.find(({ kind }) => kind === "copy"),
    { kind: "copy", meaning: "numbers that stand in the rows of two methods", found: 8, tables: "1, 5, 6, 9" },
  );
});

// Laws, on cells made up for them.

test("an average adds up if some rounding of its structures explains it, and not one digit further", () => {
  const parts = [cell("X", "Liver", "10.0", "1.00"), cell("X", "Lesion", "10.3", "1.00")];
  const withAverage = (dice: string) => averages([cell("X", "Average", dice, "1.00"), ...parts]);
  for (const fine of ["10.1", "10.2"]) assert.deepEqual(withAverage(fine), []);
  for (const wrong of ["10.0", "10.3"]) assert.equal(withAverage(wrong).length, 1);
});

test("rows are copies only in the same place: same table, data and labels, Dice and ASD of one structure or one of them in all", () => {
  const first = [cell("X", "Liver", "80.0", "5.00"), cell("X", "Lesion", "40.0", "9.00")];
  const found = (...second: Cell[]) => copies([...first, ...second]).length;
  assert.equal(found(cell("Y", "Liver", "80.0", "5.00"), cell("Y", "Lesion", "41.0", "9.10")), 1);
  assert.equal(found(cell("Y", "Liver", "81.0", "5.00"), cell("Y", "Lesion", "41.0", "9.00")), 1);
  assert.equal(found(cell("Y", "Liver", "81.0", "5.00"), cell("Y", "Lesion", "41.0", "9.10")), 0);
  assert.equal(found(cell("Y", "Lesion", "80.0", "5.00"), cell("Y", "Liver", "40.0", "9.00")), 0);
  assert.equal(found(cell("Y", "Liver", "80.0", "5.00", { labeled: "5%" })), 0);
});

test("one experiment with two results is a contradiction, with one it is not", () => {
  const full = (labeled: string, dice: string) => cell("UNet-F", "Liver", dice, "5.00", { labeled });
  assert.deepEqual(
    repeats([full("1%", "80.0"), full("5%", "80.0")]).map(({ kind }) => kind),
    ["same"],
  );
  assert.deepEqual(
    repeats([full("1%", "80.0"), full("5%", "80.1")]).map(({ kind }) => kind),
    ["contradiction"],
  );
});

test("rows that the released code makes equal are found where they differ", () => {
  const rows = published(2).filter(({ method }) => method === "ARCO-SG");
  const equal = rows.map((row) => ({ ...row, dice: 85.5 }));
  assert.deepEqual([unlikeCode(rows).length, unlikeCode(equal).length], [1, 0]);
});

test("few labels above all labels, fewer above more, and digits unlike the others' are found", () => {
  const row = (method: string, labeled: string, dice: string) => cell(method, "Average", dice, "5.00", { labeled });
  const kinds = (...cells: Cell[]) => bounds(cells).map(({ kind }) => kind);
  assert.deepEqual(kinds(row("UNet-F", "1%", "80.0"), row("X", "1%", "70.0"), row("X", "5%", "80.0")), []);
  assert.deepEqual(kinds(row("UNet-F", "1%", "80.0"), row("X", "1%", "80.1"), row("X", "5%", "70.0")), [
    "bound",
    "order",
  ]);
  const asd = (text: string) => digits([cell("X", "Liver", "80.0", text)]).length;
  assert.deepEqual(["0.123", "1.23", "12.3", "123.4"].map(asd), [0, 0, 0, 0]);
  assert.deepEqual(["0.12", "1.234", "12.34"].map(asd), [1, 1, 1]);
});
