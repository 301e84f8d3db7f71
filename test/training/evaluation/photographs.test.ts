import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { cityscapes } from "../../../lib/benchmarks/cityscapes/index.js";
import { augmentationFrom } from "../../../lib/images/augment/slices.js";
import { readIndexMask } from "../../../lib/images/pictures/index.js";
import { cityscapes as phantom } from "../../../lib/phantoms/cityscapes.js";
import { evaluateRun } from "../../../lib/runs/evaluate.js";
import { trainRun } from "../../../lib/runs/trainRun.js";
import { segmentFiles } from "../../../lib/segmentation/segmentFiles.js";
import { batchMaker } from "../../../lib/training/batches/batch.js";
import { resolveConfig } from "../../../lib/training/config/config.js";
import { temporary } from "../../temporary.js";

process.env.ARCO_CACHE = temporary("arco-photos-cache-");
const home = temporary("arco-photos-");
const ids = ["aachen", "ulm", "zurich"].flatMap((city) => [0, 1, 2, 3].map((i) => `${city}_00000${i}_000019`));
for await (const _ of phantom.write(home, [...ids, "munster_000000_000019"], { size: 1 / 16 }));
const data = { lists: "found", width: 128, crop: 48 };

const recipe = { seed: 3, draw: "passes", augmentation: augmentationFrom({ flip: false }) } as const;
const windows = Array.from({ length: 17 * 81 }, (_, i) => [Math.floor(i / 81), i % 81]);
const everyPlace = Array.from({ length: 48 * 48 }, (_, i) => [Math.floor(i / 48), i % 48]);

test("unlabelled photographs are cut to the crop and left as they are", async () => {
  const opened = await cityscapes.open({ labeled: 2975, labels: false, folder: home, options: data });
  const make = batchMaker(opened, { ...recipe, labeled: 0, unlabeled: 4 });
  const batch = await make(0);
  assert.deepEqual([batch.imageShape, await make(0)], [[4, 48, 48, 3], batch]);
  for (const [slot, { id }] of batch.examples.entries()) {
    const { image } = await opened.unlabeled.read(opened.unlabeled.ids.indexOf(id));
    const isThere = ([top, left]: number[], [y, x]: number[]) =>
      [0, 1, 2].every(
        (c) => batch.image[((slot * 48 + y) * 48 + x) * 3 + c] === image[((top + y) * 128 + left + x) * 3 + c],
      );
    assert.equal(windows.filter((window) => everyPlace.every((place) => isThere(window, place))).length, 1);
  }
});

test("labelled ones are cut, blurred and changed in colour; every pixel keeps its class", async () => {
  const opened = await cityscapes.open({ labeled: 2975, folder: home, options: data });
  const make = batchMaker(opened, { ...recipe, labeled: 12, unlabeled: 0 });
  const batch = await make(0);
  assert.deepEqual([batch.labelShape, await make(0)], [[12, 48, 48], batch]);
  let changed = 0;
  for (const [slot, { id }] of batch.examples.entries()) {
    const { image, label = assert.fail("no label") } = await opened.labeled.read(opened.labeled.ids.indexOf(id));
    const isThere = ([top, left]: number[], [y, x]: number[]) =>
      batch.label[(slot * 48 + y) * 48 + x] === label[(top + y) * 128 + left + x];
    assert.ok(windows.some((window) => everyPlace.every((place) => isThere(window, place))));
    const values = new Set(image);
    if (batch.image.subarray(slot * 48 * 48 * 3, (slot + 1) * 48 * 48 * 3).some((value) => !values.has(value)))
      changed++;
  }
  assert.ok(changed >= 7, `${changed} of 12 changed, nine in ten are expected to be`);
});

test("a training on photographs runs through, and is scored by the mIoU of all classes", async () => {
  process.env.ARCO_DATA = home;
  const config = resolveConfig({ benchmark: "cityscapes", labeled: 2975, preset: "smoke", steps: 2, data });
  const outcome = await trainRun(config, { runs: join(home, "runs"), workers: 0 });
  assert.ok(outcome.finished);
  const { classes, miou, mean, checkpoint } = outcome.metrics ?? assert.fail("not tested");
  assert.equal(classes.length, 19);
  assert.equal(miou?.perClass.length, 19);
  assert.equal(miou?.mean, mean.jaccard);
  assert.deepEqual([mean.hd95, checkpoint], [null, "last"]);
});

test("its network segments photographs: palettised masks of their size, turned back where EXIF turns them", async () => {
  const run = join(home, "runs", readdirSync(join(home, "runs"))[0]);
  const [stored, photos] = [
    join(home, "leftImg8bit/val/munster/munster_000000_000019_leftImg8bit.png"),
    join(home, "photos"),
  ];
  mkdirSync(photos);
  const turned = await sharp(stored).rotate(90).raw().toBuffer({ resolveWithObject: true });
  writeFileSync(join(photos, "plain.png"), readFileSync(stored));
  const { width, height } = turned.info;
  const picture = sharp(turned.data, { raw: { width, height, channels: 3 } }).withMetadata({ orientation: 8 });
  writeFileSync(join(photos, "turned.png"), await picture.png().toBuffer()); // stands as the other when turned back
  const out = join(home, "masks");
  const { scans, failed } = await segmentFiles({ run, scans: [photos], out });
  assert.deepEqual([scans.length, failed.length], [2, 0]);
  const [plain, other] = ["plain", "turned"].map((name) => readIndexMask(join(out, `${name}.png`)));
  assert.deepEqual(plain.shape, [...other.shape].reverse());
  const back = await sharp(other.data, { raw: { width, height, channels: 1 } })
    .rotate(270)
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.deepEqual(
    [...plain.data],
    [...back.data].filter((_, i) => i % back.info.channels === 0),
  );
  const shares = Object.values(scans[0].percent ?? {});
  assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100) < 1e-6);
  await assert.rejects(segmentFiles({ run, scans: [photos], out: join(home, "more"), probabilities: true }), {
    name: "Problem",
  });
  await assert.rejects(segmentFiles({ run, scans: [join(home, "scan.nii")], out }), { name: "Problem" });
  for (const [choice, message] of [
    [{ largestComponent: true }, /^largestComponent: found for a run on cityscapes, expected a run on scans/],
    [{ stride: "4x4x4" }, /^stride: found "4x4x4" for a run on cityscapes, whose photographs are seen whole/],
  ] as const) {
    const problem = { name: "Problem", message };
    await assert.rejects(segmentFiles({ run, scans: [photos], out: join(home, "more"), ...choice }), problem);
    await assert.rejects(evaluateRun(run, choice), problem);
  }
});
