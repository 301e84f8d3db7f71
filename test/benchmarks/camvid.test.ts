import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { camvid } from "../../lib/benchmarks/camvid.js";
import { stream } from "../../lib/engine/random.js";
import { writeJpeg, writePng } from "../../lib/images/pictures/index.js";
import { temporary } from "../temporary.js";
import { checked, isProblem, readAll } from "./photoCopies.js";

const frames = { train: 24, val: 2, test: 3 };
const shape = [30, 40] as const;
const idOf = (part: string, i: number) => `${part === "train" && i < 12 ? "0001TP" : "Seq05VD"}_${part[0]}${100 + i}`;
const maskOf = (id: string) => {
  const rng = stream(0, id);
  return Uint8Array.from({ length: 1200 }, () => rng.integer(0, 12));
};

async function copy(): Promise<string> {
  const folder = temporary("arco camvid ü-");
  for (const [part, count] of Object.entries(frames)) {
    for (const name of [part, `${part}annot`]) mkdirSync(join(folder, name));
    for (let i = 0; i < count; i++) {
      const id = idOf(part, i);
      const photo = Uint8Array.from({ length: 3600 }, (_, at) => (at * 7 + i) % 256);
      if (i % 2) await writePng(join(folder, part, `${id}.png`), photo, shape);
      else await writeJpeg(join(folder, part, `${id}.jpg`), photo, shape);
      await writePng(join(folder, `${part}annot`, `${id}.png`), maskOf(id), shape);
    }
  }
  return folder;
}

test("0–10 are the classes and 11 is ignored, in photographs of either format", async () => {
  const folder = await copy();
  const { labeled, unlabeled, validation, test: testing } = await camvid.open({ labeled: 20, folder });
  assert.deepEqual([labeled.size, unlabeled.size, validation.ids.length, testing.ids.length], [20, 4, 2, 3]);
  for (const { id, label } of await readAll(labeled))
    assert.deepEqual(
      label,
      Int8Array.from(maskOf(id), (value) => (value === 11 ? -1 : value)),
    );
  assert.deepEqual(
    (await validation.read(0)).label.data,
    maskOf(validation.ids[0]).map((value) => (value === 11 ? 255 : value)),
  );
});

test("labelled frames lie at equal distances through the videos, or are the first ones", async () => {
  const folder = await copy();
  const open = async (labeledBy: string) =>
    (await camvid.open({ labeled: 20, folder, options: { labeledBy } })).labeled.ids;
  const [spread, sequence] = [await open("spread"), await open("sequence")];
  assert.deepEqual(
    sequence,
    Array.from({ length: 20 }, (_, i) => idOf("train", i)),
  );
  assert.equal(spread.filter((id) => id.startsWith("0001TP")).length, 10);
  assert.equal(new Set(spread).size, 20);
});

test("a copy that is not complete is told, and every file of it is looked at all the same", async () => {
  const folder = await copy();
  const { message, found, expected } = camvid.state(folder);
  assert.match(message, /found 24, 2, 3 frames to train, validate and test, expected 367, 101, 233/);
  assert.deepEqual([found, expected], [58, 1402]);
  await writePng(join(folder, "valannot", `${idOf("val", 1)}.png`), new Uint8Array(1200).fill(12), shape);
  const { files, wrong } = await checked(camvid, folder, {});
  assert.deepEqual([files, wrong.length], [59, 2]);
  assert.match(wrong[1].message, /valannot.*: found label 12 in row 0, column 0, expected only 0–11/);
  await assert.rejects(camvid.open({ labeled: 50, folder }), isProblem(/found 24 cases to train on/));
});
