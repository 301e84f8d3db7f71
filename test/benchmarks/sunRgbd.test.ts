import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sunRgbd } from "../../lib/benchmarks/sunRgbd.js";
import { writePng } from "../../lib/images/pictures/index.js";
import { sunRgbd as phantom, sunRgbdScene } from "../../lib/phantoms/sunRgbd.js";
import { checked, copyOf, isProblem, readAll, seen } from "./photoCopies.js";

const list = (name: string) =>
  readFileSync(new URL(`../../data/splits/sunrgbd/${name}.txt`, import.meta.url), "utf8")
    .trim()
    .split("\n");
const all = list("train_all");
const ids = [
  ...all.filter((id) => Number(id) <= 5050).slice(0, 2),
  ...all.filter((id) => Number(id) > 5050).slice(0, 2),
  "10335",
];
const tested = list("test").slice(0, 2);
const size = 0.1;
const options = { lists: "found", width: 64, crop: 32 };
const copy = () => copyOf(phantom, [...ids, ...tested], { size });
const file = (number: number | string, kind = "jpg") => `img-${String(number).padStart(6, "0")}.${kind}`;
const label = (folder: string, id: string) => join(folder, "sunrgbd_train_test_labels", file(id, "png"));

test("numbers 1–37 of a mask are the classes 0–36 and 0 is ignored, 38 is an error", async () => {
  const folder = await copy();
  const values = Uint8Array.from({ length: 48 * 64 }, (_, i) => i % 38);
  const [id] = ids;
  const { shape } = sunRgbdScene(id, { size });
  assert.deepEqual(shape, [48, 64]); // the network's size, so that nothing is resized
  await writePng(label(folder, id), values, [48, 64]);
  const { labeled } = await sunRgbd.open({ labeled: 9860, folder, options });
  const example = await labeled.read(labeled.ids.indexOf(id));
  assert.deepEqual(
    example.label,
    Int8Array.from(values, (value) => value - 1),
  );
  await writePng(label(folder, id), values.fill(38, 70, 71), [48, 64]);
  const { wrong } = await checked(sunRgbd, folder, options);
  assert.deepEqual(
    [wrong.length, /found label 38 in row 1, column 6, expected only 0–37/.test(wrong[0].message)],
    [1, true],
  );
});

test("training image n has mask n + 5050, and a test image the mask of its own number", async () => {
  const folder = await copy();
  assert.ok(existsSync(join(folder, "SUNRGBD-train_images", file(10335 - 5050))));
  assert.ok(existsSync(join(folder, "SUNRGBD-test_images", file(ids[0]))));
  const { labeled } = await sunRgbd.open({ labeled: 9860, folder, options });
  assert.deepEqual([...labeled.ids].sort(), [...ids].sort());
  for (const example of await readAll(labeled)) {
    const scene = sunRgbdScene(example.id, { size });
    if (scene.shape[0] !== 48) continue;
    assert.deepEqual(
      example.label,
      Int8Array.from(scene.label, (value) => value - 1),
      example.id,
    );
    // the photograph is that of the same scene: JPEG changes it a little
    let difference = 0;
    for (const [i, value] of example.image.entries()) difference += Math.abs(value - seen(scene.image[i], i % 3));
    assert.ok(difference / example.image.length < 0.2, `${example.id} ${difference / example.image.length}`);
  }
});

test("ReCo's renamed folder gives the same", async () => {
  const folder = await copy();
  const open = async () => {
    const data = await sunRgbd.open({ labeled: 9860, folder, options });
    const examples = await readAll(data.labeled);
    data.openTest();
    return {
      examples,
      truth: (await data.test.read(0)).image.data,
      tested: data.test.ids,
    };
  };
  const before = await open();
  const [training, testing] = ["train", "test"].map((part) => join(folder, `SUNRGBD-${part}_images`));
  for (const id of ids.filter((one) => Number(one) > 5050))
    renameSync(join(training, file(Number(id) - 5050)), join(training, file(id)));
  for (const id of ids.filter((one) => Number(one) <= 5050))
    renameSync(join(testing, file(id)), join(training, file(id)));
  const after = await open();
  assert.equal(sunRgbd.state(folder, options).layout, "renamed by ReCo");
  assert.deepEqual(after, before);
  assert.deepEqual(before.tested, tested);
});

test("the official lists are ReCo's split: 475 tested, all others trained on, labelled ones not nested", () => {
  const testing = list("test");
  assert.deepEqual([all.length, testing.length, new Set([...all, ...testing]).size], [9860, 475, 10335]);
  assert.ok(testing.every((id) => Number(id) <= 5050));
  assert.equal(all.filter((id) => Number(id) <= 5050).length, 4575);
  const known = new Set(all);
  assert.deepEqual(
    [50, 150, 500].map((count) => list(`train_${count}`).filter((id) => known.has(id) && Number(id) <= 5050).length),
    [17, 64, 224],
  );
  const [few, some] = [list("train_50"), new Set(list("train_150"))];
  assert.ok(few.some((id) => !some.has(id)));
});

test("photographs of every shape are resized to 4:3; the released code pads them by a pixel", async () => {
  const folder = await copy();
  const data = await sunRgbd.open({ labeled: 9860, folder, options });
  for (const { shape, image } of await readAll(data.labeled))
    assert.deepEqual([[...shape], image.length], [[48, 64], 48 * 64 * 3]);
  data.openTest();
  const { image } = await data.test.read(1);
  assert.deepEqual(data.toNetwork(image).shape, [48, 64]);
  assert.deepEqual(sunRgbd.preprocessing({ width: 64, pad: "released" }).toNetwork(image).shape, [49, 65]);
  await assert.rejects(
    sunRgbd.open({ labeled: 9860, folder, options: { ...options, width: 500 } }),
    isProblem(/width: found 500, expected a multiple of 64/),
  );
});
