import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Problem } from "../../lib/problem.js";
import { makeRoom, photographForm, resultsOf, scanForm, scansOf } from "../../lib/segmentation/scanFiles.js";
import { temporary } from "../temporary.js";

const home = temporary("arco-scans-");
const place = (...parts: string[]) => join(home, ...parts);
const scans = place("scans [1] äöü");
mkdirSync(join(scans, "deeper"), { recursive: true });
for (const name of ["b.nii", "a.nii.gz", "a_t1.nii.gz", ".hidden.nii", "notes.txt", "d.NRRD", "deeper/c.nii"])
  writeFileSync(join(scans, name), "");
mkdirSync(place("empty"));

const isProblem = (message: RegExp) => (error: unknown) => error instanceof Problem && message.test(error.message);

test("files, folders and patterns name scans in the order of the words, each once", () => {
  const inside = (...names: string[]) => names.map((name) => join(scans, name));
  assert.deepEqual(scansOf([scans]), inside("a.nii.gz", "a_t1.nii.gz", "b.nii", "d.NRRD"));
  assert.deepEqual(scansOf([...inside("b.nii"), scans]), inside("b.nii", "a.nii.gz", "a_t1.nii.gz", "d.NRRD"));
  assert.deepEqual(scansOf(inside("*_t?.nii.gz")), inside("a_t1.nii.gz"));
  assert.deepEqual(scansOf(inside("*.nii*")), inside("a.nii.gz", "a_t1.nii.gz", "b.nii"));
});

test("words that name no scan are refused", () => {
  for (const [word, message] of [
    [place("nothing.nii"), /nothing\.nii: not found, expected a scan, a folder of scans, or a pattern/],
    [place("*", "b.nii"), /not found, .* a pattern with \* in its last part/],
    [join(scans, "*_t2.nii"), /found no file like \*_t2\.nii/],
    [
      join(scans, "notes.txt"),
      /notes\.txt: expected a NIfTI or NRRD file \(\.nii, \.nii\.gz or \.nrrd\); convert it first, .* dcm2niix/,
    ],
    [place("empty"), /empty: found no NIfTI or NRRD file/],
  ] as const)
    assert.throws(() => scansOf([word]), isProblem(message));
});

test("results are named after the mask of one scan, or after each scan in a folder; a class's name becomes one of a file", () => {
  const wanted = { probabilities: true, uncertainty: true, preview: true };
  assert.deepEqual(resultsOf(["s/scan.nii.gz"], "o/mask.nii", ["left ventricle", "R/V"], wanted), [
    {
      mask: "o/mask.nii",
      probabilities: ["o/mask_left-ventricle.nii.gz", "o/mask_R-V.nii.gz"],
      uncertainty: "o/mask_uncertainty.nii.gz",
      preview: "o/mask_preview.png",
    },
  ]);
  assert.deepEqual(resultsOf(["s/a.nii", "t/b.nii.gz", "u/c.nrrd"], "o", ["x"], {}), [
    { mask: "o/a.nii.gz", probabilities: [] },
    { mask: "o/b.nii.gz", probabilities: [] },
    { mask: "o/c.nii.gz", probabilities: [] },
  ]);
  assert.throws(
    () => resultsOf(["a.nii", "b.nii"], "o.nii", [], {}),
    isProblem(/one file for 2 scans, expected a folder/),
  );
  for (const [out, form, ending] of [
    ["o/mask.nrrd", scanForm, ".nii.gz"],
    ["o/mask.JPG", photographForm, ".png"],
  ] as const)
    assert.throws(
      () => resultsOf(["a"], out, [], {}, form),
      new Problem(`${out}: found the name of an image, expected that of a mask (${ending}) or a folder; rename it`),
    );
});

test("a result never replaces a scan or another result, and what is there only when told; folders are made when all is well", () => {
  const one = join(scans, "a.nii.gz");
  const results = (out: string, names = [one]) => resultsOf(names, out, ["x"], { uncertainty: true });
  symlinkSync(scans, place("link"));
  for (const folder of [scans, place("link")])
    assert.throws(() => makeRoom([one], results(folder), { overwrite: true }), isProblem(/would replace this scan/));
  const same = [one, place("other", "a.nii")];
  assert.throws(() => makeRoom(same, results(place("new"), same)), isProblem(/two results would have this name/));
  assert.ok(!existsSync(place("new")));
  makeRoom([one], results(place("new", "inner")));
  assert.deepEqual(readdirSync(place("new", "inner")), []);
  writeFileSync(place("new", "inner", "a_uncertainty.nii.gz"), "");
  assert.throws(
    () => makeRoom([one], results(place("new", "inner"))),
    isProblem(/a_uncertainty\.nii\.gz: is there already; .* --overwrite/),
  );
  makeRoom([one], results(place("new", "inner")), { overwrite: true });
});
