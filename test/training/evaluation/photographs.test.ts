import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { cityscapes } from "../../../lib/benchmarks/cityscapes/index.js";
import { augmentationFrom } from "../../../lib/images/augment/slices.js";
import { cityscapes as phantom } from "../../../lib/phantoms/cityscapes.js";
import { trainRun } from "../../../lib/runs/trainRun.js";
import { batchMaker } from "../../../lib/training/batches/batch.js";
import { resolveConfig } from "../../../lib/training/config/config.js";
import { temporary } from "../../temporary.js";

process.env.ARCO_CACHE = temporary("arco-photos-cache-");
const home = temporary("arco-photos-");
const ids = ["aachen", "ulm", "zurich"].flatMap((city) => [0, 1, 2, 3].map((i) => `${city}_00000${i}_000019`));
for await (const _ of phantom.write(home, [...ids, "munster_000000_000019"], { size: 1 / 16 }));
const data = { lists: "found", width: 128, crop: 48 };

test("a batch of photographs is cut to the crop, and every pixel keeps its class", async () => {
  const opened = await cityscapes.open({ labeled: 2975, folder: home, options: data });
  const recipe = { seed: 3, labeled: 4, unlabeled: 0, draw: "passes" } as const;
  const batch = await batchMaker(opened, { ...recipe, augmentation: augmentationFrom({ flip: false }) })(0);
  assert.deepEqual(
    [batch.imageShape, batch.labelShape],
    [
      [4, 48, 48, 3],
      [4, 48, 48],
    ],
  );
  assert.deepEqual(await batchMaker(opened, { ...recipe, augmentation: augmentationFrom({ flip: false }) })(0), batch);
  for (const [slot, { id }] of batch.examples.entries()) {
    const { image, label } = await opened.labeled.read(opened.labeled.ids.indexOf(id));
    const at = (y: number, x: number) =>
      [...batch.image.subarray(((slot * 48 + y) * 48 + x) * 3).subarray(0, 3)].join();
    // the window is where its corner and its middle are found
    const places = Array.from({ length: 17 * 81 }, (_, i) => [Math.floor(i / 81), i % 81]).filter(([top, left]) =>
      [0, 23, 47].every(
        (d) => at(d, d) === [...image.subarray(((top + d) * 128 + left + d) * 3).subarray(0, 3)].join(),
      ),
    );
    assert.equal(places.length, 1);
    const [[top, left]] = places;
    for (let y = 0; y < 48; y++)
      for (let x = 0; x < 48; x++)
        assert.equal(batch.label[(slot * 48 + y) * 48 + x], label?.[(top + y) * 128 + left + x]);
  }
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
