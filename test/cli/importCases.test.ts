import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { start, temporary } from "./arco.js";

const cases = join(import.meta.dirname, "../fixtures/cases");
const home = temporary();
const data = join(home, "data");
const arco = (...words: string[]) => start(words, { ARCO_DATA: data, ARCO_CACHE: join(home, "cache") }).ended;
const files = (folder: string) => [
  "--images",
  join(cases, folder, "images"),
  "--labels",
  join(cases, folder, "labels"),
];
const into = (name: string) => ["--name", name, "--out", join(data, name)];

const none = "the header says nothing of its orientation (qform_code and sform_code are 0); taken as RAS";

for (const [folder, oddities] of [
  ["pairs/constant", ["image c2.nii.gz is blank: every voxel is 5; it was left out"]],
  ["unplaced/none", ["images", "labels"].map((kind) => `5 ${kind} (the first is c0.nii.gz): ${none}`)],
] as const)
  test(`what is odd in ${folder} is said by import, check and prepare, in words and as a list`, async () => {
    const name = folder.replace("/", "-");
    const imported = await arco("data", "import", ...files(folder), ...into(name));
    assert.equal(imported.status, 0, imported.err);
    for (const oddity of oddities) assert.ok(imported.out.includes(`odd: ${oddity}\n`), imported.out);
    assert.doesNotMatch(imported.out, /nothing odd/);
    const again = await arco("data", "import", ...files(folder), ...into(name), "--overwrite", "--json");
    const prepared = await arco("data", "prepare", name, "--json");
    for (const { out, err } of [again, prepared]) {
      assert.deepEqual(JSON.parse(out).oddities, oddities);
      for (const oddity of oddities) assert.ok(err.includes(`Beware: ${oddity}.\n`), err);
    }
    const checked = await arco("data", "check", name, "--json");
    const { ok, wrong, oddities: found } = JSON.parse(checked.out);
    assert.deepEqual([checked.status, ok, wrong], [0, true, []]);
    const remark = oddities[0].replace(/^5 images.*: the/, "the");
    assert.ok(found.length > 0 && found.every((oddity: string) => oddity.endsWith(remark)), checked.out);
    for (const oddity of found) assert.ok(checked.err.includes(`Beware: ${oddity}.\n`), checked.err);
  });

test("an import without anything odd says so, as a list that is empty", async () => {
  const { out } = await arco("data", "import", ...files("labels-scaled/uint8-three"), ...into("even"));
  assert.match(out, /- nothing odd was found\n/);
  const { out: json } = await arco(
    "data",
    "import",
    ...files("labels-scaled/uint8-three"),
    ...into("even"),
    "--overwrite",
    "--json",
  );
  assert.deepEqual(JSON.parse(json).oddities, []);
});

test("labels without geometry: the command that the error names mends them", async () => {
  const failed = await arco("data", "import", ...files("pairs/identity"), ...into("identity"));
  assert.deepEqual([failed.status, failed.out], [1, ""]);
  const [, words = ""] = /all labels at once: arco (data geometry .*) --out .*-placed$/m.exec(failed.err) ?? [];
  const placed = join(home, "placed");
  const mended = await arco(...words.split(" "), "--out", placed, "--json");
  assert.deepEqual([mended.status, JSON.parse(mended.out).written.length], [0, 5], mended.err);
  const images = join(cases, "pairs/identity/images");
  const imported = await arco("data", "import", "--images", images, "--labels", placed, ...into("identity"));
  assert.equal(imported.status, 0, imported.err);
  assert.match(imported.out, /nothing odd was found/);
  const again = await arco(...words.split(" "), "--out", placed);
  assert.match(again.err, /^arco: .*c0\.nii\.gz: is there already; choose another --out, or add --overwrite/);
});

test("a dataset.json with a comma too many ends with one line that says where", async () => {
  const { status, out, err } = await arco(
    "data",
    "import",
    join(cases, "dataset-json/trailing-comma"),
    ...into("comma"),
  );
  assert.deepEqual([status, out], [1, ""]);
  assert.match(
    err,
    /^arco: [^\n]*dataset\.json: not JSON: line 35, column 1: [^\n]*; correct it there, or get it again\n$/,
  );
});
