import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { start, temporary } from "./arco.js";

const home = temporary();
const folder = join(home, "data", "mmwhs");
const data = (...words: string[]) =>
  start(["data", ...words], { ARCO_DATA: join(home, "data"), ARCO_CACHE: join(home, "cache") }).ended;

test("a phantom's files are written where one likes, and not over what is there", async () => {
  const { status, out, err } = await data("phantom", "mmwhs", "--out", folder, "--size", "0.05");
  assert.equal(status, 0, err);
  assert.match(out, /mmwhs/);
  assert.match(err, /20\/20/);
  const again = await data("phantom", "mmwhs", "--out", folder);
  assert.deepEqual([again.status, again.out], [1, ""]);
  assert.match(again.err, /^arco: .*mmwhs: is there already, expected a new folder; name another, or move it away$/m);
  const unknown = await data("phantom", "mmwsh", "--out", join(home, "other"));
  assert.match(unknown.err, /did you mean "mmwhs"\?/);
  assert.ok(!existsSync(join(home, "other")));
});

test("files in a benchmark's layout are listed, checked and prepared as the benchmark; prepared again they are there", async () => {
  const { out } = await data();
  assert.match(out, /✓ mmwhs: MMWHS\n {2}40 of 40 files in .*mmwhs/);
  assert.match(out, /✗ lits: LiTS\n {2}not here;.*\n.*\n {2}→ get Task03_Liver from http/);
  const checked = await data("check", "mmwhs");
  assert.equal(checked.status, 0, checked.err);
  assert.match(checked.out, /^mmwhs: 40 of 40 files are as expected in .*mmwhs$/m);
  for (const expected of [
    { made: 15, there: 0 },
    { made: 0, there: 15 },
  ]) {
    const prepared = await data("prepare", "mmwhs", "--json");
    assert.equal(prepared.status, 0, prepared.err);
    const { made, there } = JSON.parse(prepared.out);
    assert.deepEqual({ made, there }, expected);
  }
});

test("a file that is missing is told by the list and by the check, which then ends with status 1", async () => {
  rmSync(join(folder, "mr_train", "mr_train_1003_label.nii.gz"));
  const { status, out } = await data();
  assert.equal(status, 0);
  assert.match(
    out,
    /◐ mmwhs: MMWHS\n {2}39 of 40 files in .*\n.*\n {2}→ .*mr_train_1003_label\.nii\.gz: not found \(1 of 40 files\)/,
  );
  const checked = await data("check", "mmwhs");
  assert.equal(checked.status, 1);
  assert.match(checked.out, /✗ .*mr_train_1003_label\.nii\.gz: not found/);
  assert.match(checked.out, /^mmwhs: 39 of 40 files are as expected/m);
});
