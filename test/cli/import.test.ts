import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readNiftiLabel } from "../../lib/images/nifti/index.js";
import { box, scan, volume } from "../benchmarks/ownFiles.js";
import { start, temporary } from "./arco.js";

const home = temporary();
const data = join(home, "data");
const arco = (...words: string[]) =>
  start(words, { ARCO_DATA: data, ARCO_CACHE: join(home, "cache"), ARCO_RUNS: join(home, "runs") }).ended;
const [images, labels] = [join(home, "Bild er ü"), join(home, "labels")];
const idOf = (at: number) => `p${at}${"ü".repeat(114)}`; // files whose names have 237 and 241 bytes
for (let at = 0; at < 6; at++) {
  scan(join(images, `${idOf(at)}.nii.gz`), `p${at}`, { codes: at % 2 ? "LPS" : "RAS" });
  if (at < 4) volume(join(labels, `${idOf(at)}_seg.nii.gz`), box(255, 40), { codes: at % 2 ? "LPS" : "RAS" });
}
const importing = [
  "data",
  "import",
  "--images",
  images,
  "--labels",
  labels,
  "--name",
  "my-boxes",
  "--out",
  join(data, "my-boxes"),
];

test("scans of one's own, whatever the length of their names, are imported, listed, checked, trained on, evaluated and segmented by name", async (t) => {
  const imported = await arco(...importing, "--classes", "40=upper,255=lower");
  assert.equal(imported.status, 0, imported.err);
  assert.match(imported.out, /- 6 scans, 4 with labels; size 20 × 18 × 6 voxels/);
  assert.match(imported.out, /lower +255 +5\.19 +4\n/);
  assert.match(imported.out, /split: 2 labelled and 2 unlabelled to train on, 1 for validation, 1 for the test/);
  assert.match(imported.out, /- MR \(0 of 6 images go below −500/);
  assert.match(imported.err, /Beware: 3 images lie otherwise than the rest \(RAS: 3, LPS: 3/);

  await t.test("it is listed and every file is as it was", async () => {
    const listed = await arco("data");
    assert.match(
      listed.out,
      /✓ my-boxes: my-boxes \(own scans\)\n {2}10 of 10 files in .*labelled cases 1, 2\n {2}classes background, upper, lower/,
    );
    const checked = await arco("data", "check", "my-boxes");
    assert.equal(checked.status, 0);
    assert.match(
      checked.out,
      /^odd: 3 images lie otherwise than the rest .*\nmy-boxes: 10 of 10 files are as expected in .*data.my-boxes\n$/,
    );
  });

  await t.test("a run on it goes to its end, with worker threads, and is scored again", async () => {
    const trained = await arco(
      "train",
      "--benchmark",
      "my-boxes",
      "--labeled",
      "2",
      "--method",
      "meanTeacher",
      "--preset",
      "smoke",
      "--workers",
      "1",
      "--json",
    );
    assert.equal(trained.status, 0, trained.err);
    const { run, metrics } = JSON.parse(trained.out);
    assert.deepEqual(
      [metrics.cases.length, metrics.classes, metrics.unit, metrics.phantom],
      [1, ["upper", "lower"], "mm", false],
    );
    const evaluated = await arco("evaluate", run, "--json");
    assert.deepEqual(JSON.parse(evaluated.out).metrics.cases, metrics.cases);

    const mask = join(home, "mask.nii.gz");
    const segmented = await arco("segment", join(images, `${idOf(5)}.nii.gz`), "--run", run, "-o", mask);
    assert.equal(segmented.status, 0, segmented.err);
    assert.deepEqual(readNiftiLabel(mask, [0, 40, 255]).shape, [6, 18, 20]);
  });

  await t.test("it is not imported over itself", async () => {
    const { status, err } = await arco(...importing);
    assert.equal(status, 1);
    assert.match(err, /benchmark.json: is there already; choose another --name, or add --overwrite/);
  });
});

test("a damaged import is listed as what it is, and asking for it says why; all others go on", async () => {
  mkdirSync(join(data, "broken"), { recursive: true });
  writeFileSync(join(data, "broken", "benchmark.json"), "{");
  const { status, out } = await arco("data");
  assert.equal(status, 0);
  assert.match(out, /✗ broken: cannot be used\n {2}→ .*benchmark.json: not JSON/);
  const asked = await arco("train", "--benchmark", "broken");
  assert.equal(asked.status, 1);
  assert.match(asked.err, /broken.benchmark.json: not JSON: line 1, column 2: .*import the scans again/);
});

test("a mistake in the command is one line, and nothing is written", async () => {
  for (const [expected, ...words] of [
    [/either a folder with a dataset.json, or --images DIR and --labels DIR/, "--images", images],
    [/Bild er ü.dataset.json: not found/, images, "--name", "none"],
    [/nowhere: no such file or folder/, "--images", join(home, "nowhere"), "--labels", labels, "--name", "none"],
    [
      /--size: found 50, expected a multiple of 16/,
      "--images",
      images,
      "--labels",
      labels,
      "--name",
      "none",
      "--size",
      "50",
    ],
  ] as [RegExp, ...string[]][]) {
    const { status, out, err } = await arco("data", "import", ...words, "--out", join(data, "none"));
    assert.deepEqual([status, out], [1, ""]);
    assert.match(err, expected);
    assert.match(err.trimEnd().split("\n").at(-1) ?? "", /^arco: /);
  }
  assert.ok(!existsSync(join(data, "none")));
});
