import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { importPhotographs } from "../../lib/benchmarks/own/importingPhotographs.js";
import { ownBenchmarkIn } from "../../lib/benchmarks/own/inFolder.js";
import { rarestFirst } from "../../lib/benchmarks/own/rarestFirst.js";
import { stream } from "../../lib/engine/random.js";
import { writeJpeg, writePng } from "../../lib/images/pictures/index.js";
import { arco } from "../cli/arco.js";
import { temporary } from "../temporary.js";

process.env.ARCO_CACHE = temporary("arco-own-photos-cache-");
const shape = [24, 32] as const;
const palette = [
  [0, 0, 0],
  [200, 10, 10],
  [10, 200, 10],
  [10, 10, 200],
];

/** Ten photographs with masks of classes 0 to 3 (3 in one alone, 255 along the first row) and two without. */
async function folders(): Promise<{ images: string; labels: string; out: string }> {
  const home = temporary("arco own photos ü-");
  const [images, labels] = ["photos", "masks"].map((name) => join(home, name));
  for (const folder of [images, labels]) mkdirSync(folder);
  for (let i = 0; i < 12; i++) {
    const rng = stream(0, "own photo", i);
    const photo = Uint8Array.from({ length: 24 * 32 * 3 }, () => rng.integer(0, 256));
    if (i % 2) await writePng(join(images, `street ${i}.png`), photo, shape);
    else await writeJpeg(join(images, `street ${i}.JPG`), photo, shape);
    if (i >= 10) continue;
    const highest = i === 4 ? 4 : 3;
    const mask = Uint8Array.from({ length: 24 * 32 }, (_, at) => (i === 3 ? 0 : Math.floor((at % 32) / 8) % highest));
    if (i % 2 === 0) mask.fill(255, 0, 32);
    const full = i % 2 === 0 ? undefined : palette; // grey or palettised
    await writePng(join(labels, `street ${i}.png`), mask, shape, { palette: full });
  }
  return { images, labels, out: join(home, "benchmark") };
}

test("photographs become a benchmark: masks as indices, 255 ignored, the rest unlabelled; read back from its folder", async () => {
  const { images, labels, out } = await folders();
  const { benchmark, description } = await importPhotographs({ from: { images, labels }, name: "streets", out });
  assert.deepEqual(
    [description.ignored, description.classes.map(({ value }) => value), description.crop],
    [255, [0, 1, 2, 3], 16],
  );
  const { split } = description;
  assert.deepEqual([split.labeled.length, split.validation.length, split.test.length], [7, 1, 2]);
  assert.deepEqual(split.unlabeled, ["street 10", "street 11"]);
  const again = ownBenchmarkIn(out);
  assert.deepEqual([again.kind, again.labeledChoices, again.channels], ["photographs", [1, 3, 7], 3]);
  const opened = await again.open({ labeled: 3 });
  assert.deepEqual(opened.labeled.ids, split.labeled.slice(0, 3));
  assert.equal(opened.unlabeled.size, 6);
  const { label, shape: own } = await opened.labeled.read(0);
  assert.deepEqual([own, label?.length], [[24, 32], 24 * 32]);
  assert.equal(label?.[0], Number(split.labeled[0].slice(7)) % 2 === 0 ? -1 : 0);
  const drawn = await again.open({ labeled: 3, labeledSeed: 5 });
  assert.ok(drawn.labeled.ids.every((id) => split.labeled.includes(id))); // never one without a mask
  for await (const { message } of benchmark.check(out)) assert.equal(message, "");
});

test("by ReCo's rule few images show every class as soon as they can", () => {
  const images = Array.from({ length: 40 }, (_, i) => ({
    id: String(i),
    classes: new Set([0, i % 2 ? 1 : 2, ...(i === 17 ? [3] : []), ...(i === 30 ? [4] : [])]),
  }));
  for (const seed of [0, 1, 2]) {
    const order = rarestFirst(images, stream(seed, "rarest"));
    assert.deepEqual([...order].sort(), images.map(({ id }) => id).sort());
    const first = order.slice(0, 4).flatMap((id) => [...images[Number(id)].classes]);
    assert.deepEqual([...new Set(first)].sort(), [0, 1, 2, 3, 4]);
  }
});

test("wrong masks are named together and nothing is written; what EXIF turns is told", async () => {
  const { images, labels, out } = await folders();
  const { data } = await sharp(join(images, "street 1.png")).raw().toBuffer({ resolveWithObject: true });
  const turned = sharp(data, { raw: { width: 32, height: 24, channels: 3 } }).withMetadata({ orientation: 6 });
  writeFileSync(join(images, "street 1.png"), await turned.png().toBuffer());
  const { description } = await importPhotographs({ from: { images, labels }, name: "turned", out });
  assert.match(description.oddities.join(), /EXIF turns 1 photographs \(street 1\.png\)/);
  await writePng(join(labels, "street 2.png"), new Uint8Array(12), [3, 4]);
  copyFileSync(join(images, "street 0.JPG"), join(labels, "street 3.png"));
  const wrong = importPhotographs({ from: { images, labels }, name: "turned", out, overwrite: true });
  await assert.rejects(wrong, {
    name: "Problem",
    message:
      /^2 photographs cannot be used, nothing was written.*\n.*street 2\.png: found 4×3 pixels, expected the 32×24 .*\n.*street 3\.png: found a JPEG/,
  });
  assert.match(readFileSync(join(out, "benchmark.json"), "utf8"), /EXIF turns 1/);
});

test("the command imports photographs and says how to train on them", async () => {
  const { images, labels, out } = await folders();
  const words = ["data", "import", "--images", images, "--labels", labels, "--name", "by-command", "--out", out];
  const { status, out: said, err } = await arco(...words, "--classes", "1=road,2=car,3=tram");
  assert.equal(status, 0, err);
  assert.match(said, /12 photographs, 10 with masks; 32 × 24 pixels/);
  assert.match(said, /tram +3 +/);
  assert.match(said, /arco train --benchmark by-command --labeled 7 --method reco/);
});
