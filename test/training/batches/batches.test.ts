import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Benchmark, Example, Opened, Pool } from "../../../lib/benchmarks/benchmark.js";
import { hippocampus } from "../../../lib/benchmarks/hippocampus.js";
import { dataFolder } from "../../../lib/benchmarks/places.js";
import { readSplit } from "../../../lib/benchmarks/split.js";
import { augmentationOf } from "../../../lib/images/augment/slices.js";
import { Problem } from "../../../lib/problem.js";
import type { BatchRecipe } from "../../../lib/training/batches/batch.js";
import { type BatchOptions, openBatches, type RawBatch } from "../../../lib/training/batches/batches.js";
import { startWorker } from "../../../lib/training/batches/worker.js";
import { temporary } from "../../temporary.js";

const options = { seed: 5, labeled: 3, unlabeled: 2 };
const still = { rotation: false, flip: false, crop: false };

function print({ image, label, ...rest }: RawBatch): string {
  const hash = createHash("sha256").update(new Uint8Array(image.buffer)).update(new Uint8Array(label.buffer));
  return hash.update(JSON.stringify(rest)).digest("hex");
}

async function take(opened: Opened, given: BatchOptions, which: readonly number[]): Promise<RawBatch[]> {
  const batches = await openBatches(opened, given);
  const taken = [];
  for (const step of which) taken.push(await batches.at(step));
  await batches.close();
  return taken;
}

/** Batches from a step on, until workers have made 8 of them. */
async function takePrepared(opened: Opened, given: BatchOptions, from: number): Promise<RawBatch[]> {
  const batches = await openBatches(opened, given);
  const taken = [];
  for (let step = from; batches.prepared < 8; step++) {
    taken.push(await batches.at(step));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await batches.close();
  return taken;
}

test("batches are the same bits with no worker, one, two or three, also from the middle on and out of order", async () => {
  const opened = await hippocampus.open({ labeled: 1 });
  const alone = await openBatches(opened, { ...options, workers: 0 });
  const expected = async (taken: readonly RawBatch[]) =>
    Promise.all(taken.map(async ({ step }) => print(await alone.at(step))));
  for (const [workers, from] of [
    [1, 0],
    [2, 0],
    [3, 0],
    [2, 700],
  ]) {
    const taken = await takePrepared(await hippocampus.open({ labeled: 1 }), { ...options, workers }, from);
    assert.deepEqual(
      taken.map(({ step }) => step),
      taken.map((_, i) => from + i),
    );
    assert.deepEqual(taken.map(print), await expected(taken), `${workers} workers from step ${from}`);
  }
  const order = [7, 8, 9, 3, 4, 11, 3];
  const jumping = await take(opened, { ...options, workers: 0 }, order);
  assert.deepEqual(
    jumping.map(({ step }) => step),
    order,
  );
  assert.deepEqual(jumping.map(print), await expected(jumping));
  assert.equal(new Set(jumping.map(print)).size, 6);
  assert.notEqual(print((await take(opened, { ...options, seed: 6, workers: 0 }, [3]))[0]), print(jumping[3]));
});

test("a worker makes the batches it is asked for, and its Problem is the one that the main thread would meet", async () => {
  const folder = join(temporary("arco-batches-"), "copy");
  cpSync(join(dataFolder, "hippocampus"), folder, { recursive: true });
  const opened = await hippocampus.open({ labeled: 1, folder });
  const worker = startWorker({ benchmark: "hippocampus", options: opened.options, recipe });
  worker.order(4);
  worker.order(2);
  assert.deepEqual(
    [worker.pending(), (await worker.take(4)).step, (await worker.take(2)).step, worker.pending()],
    [2, 4, 2, 0],
  );
  await worker.close();

  for (const id of readSplit(folder).train.slice(1))
    writeFileSync(join(folder, "imagesTr", `${id}.nii.gz`), "no image");
  const fresh = { benchmark: "hippocampus", options: { ...opened.options, memory: undefined }, recipe };
  const blind = startWorker(fresh);
  blind.order(0);
  const expected = await hippocampus.open({ labeled: 1, folder }).catch((error) => error);
  assert.ok(expected instanceof Problem);
  await assert.rejects(blind.take(0), expected);
  await blind.close();
});

test("a broken volume is the same Problem with and without workers", async () => {
  const folder = join(temporary("arco-batches-"), "copy");
  cpSync(join(dataFolder, "hippocampus"), folder, { recursive: true });
  const opened = await hippocampus.open({ labeled: 1, folder });
  const { train } = readSplit(folder);
  const messages = [];
  for (const id of train) writeFileSync(join(folder, "imagesTr", `${id}.nii.gz`), "no image");
  for (const workers of [0, 1]) {
    const batches = await openBatches(opened, { ...options, workers });
    const failed = await batches.at(0).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failed instanceof Problem);
    messages.push(failed.message);
    await batches.close();
  }
  assert.equal(messages[0], messages[1]);
});

/** A benchmark in memory: pictures of 16×16 that hold their own index. */
function numbered(labeled: number, unlabeled: number): Opened {
  const shape = [16, 16];
  const pool = (size: number, isLabeled: boolean): Pool => ({
    labeled: isLabeled,
    size,
    ids: Array.from({ length: size }, (_, i) => String(i)),
    places: Array.from({ length: size }, (_, i) => ({ case: "all", slice: i, slices: size })),
    async read(index): Promise<Example> {
      const image = new Float32Array(256).fill(index);
      return {
        id: String(index),
        case: "all",
        slice: index,
        slices: size,
        image,
        shape,
        ...(isLabeled && { label: new Int8Array(256).fill(index % 2) }),
      };
    },
  });
  const benchmark: Benchmark = { ...hippocampus, name: "numbered", imageSize: shape };
  const never = () => {
    throw new Error("not part of a training");
  };
  const cases = { ids: [], read: never };
  return {
    benchmark,
    folder: "",
    options: { labeled },
    labeled: pool(labeled, true),
    unlabeled: pool(unlabeled, false),
    validation: { split: "validation", ...cases },
    test: { split: "test", ...cases },
    openTest: never,
    toNetwork: never,
    fromNetwork: never,
    notes: [],
    store: { groups: [], has: never, fill: never, read: never, sweep: never },
  };
}

test("labelled examples come first, each once in every pass, in another order; unlabelled ones likewise, on their own", async () => {
  const taken = await take(
    numbered(7, 5),
    { ...options, labeled: 3, unlabeled: 2, augmentation: still, workers: 0 },
    Array.from({ length: 35 }, (_, i) => i),
  );
  for (const { image, imageShape, label, labelShape, examples } of taken) {
    assert.deepEqual(
      [imageShape, labelShape],
      [
        [5, 16, 16, 1],
        [3, 16, 16],
      ],
    );
    assert.deepEqual(
      examples.map(({ slice }) => slice),
      [0, 1, 2, 3, 4].map((slot) => image[256 * slot]),
    );
    assert.deepEqual(
      examples.slice(0, 3).map(({ slice }) => slice % 2),
      [0, 1, 2].map((slot) => label[256 * slot]),
    );
  }
  const passes = (from: number, to: number, size: number) => {
    const order = taken.flatMap(({ examples }) => examples.slice(from, to).map(({ slice }) => slice));
    return Array.from({ length: order.length / size }, (_, pass) => order.slice(pass * size, (pass + 1) * size));
  };
  for (const [from, to, size] of [
    [0, 3, 7],
    [3, 5, 5],
  ]) {
    const all = passes(from, to, size);
    for (const pass of all)
      assert.deepEqual(
        [...pass].sort((a, b) => a - b),
        Array.from({ length: size }, (_, i) => i),
      );
    assert.ok(new Set(all.map(String)).size > 10, "each pass is a new shuffle");
  }
});

test("a pool smaller than its share of a batch is passed through several times", async () => {
  const [{ examples }] = await take(numbered(2, 1), { ...options, labeled: 6, unlabeled: 3, workers: 0 }, [0]);
  assert.deepEqual(examples.map(({ slice }) => slice).sort(), [0, 0, 0, 0, 0, 0, 1, 1, 1]);
});

test("draws with replacement are uniform and independent of the batch's make-up", async () => {
  const which = Array.from({ length: 1200 }, (_, i) => i);
  const draw = async (labeled: number) =>
    (await openedDraws(labeled)).flatMap(({ examples }) => examples.map(({ slice }) => slice));
  async function openedDraws(labeled: number) {
    const batches = await openBatches(numbered(6, 0), {
      seed: 1,
      labeled,
      unlabeled: 0,
      draw: "replacement",
      augmentation: still,
      workers: 0,
    });
    return Promise.all(which.slice(0, which.length / labeled).map((step) => batches.at(step)));
  }
  const [ones, threes] = [await draw(1), await draw(3)];
  assert.deepEqual(ones, threes);
  for (let slice = 0; slice < 6; slice++)
    assert.ok(
      Math.abs(ones.filter((found) => found === slice).length - 200) <= 4 * Math.sqrt(1200 * (1 / 6) * (5 / 6)),
    );
});

test("what cannot work is an error that says why", async () => {
  await assert.rejects(
    openBatches(numbered(3, 0), { ...options, workers: 0 }),
    (error) => error instanceof Problem && /no unlabeled examples, but 2/.test(error.message),
  );
  await assert.rejects(
    openBatches(numbered(3, 3), { ...options, workers: 1 }),
    (error) => error instanceof Problem && /numbered.*workers: 0/.test(error.message),
  );
  await assert.rejects(openBatches(numbered(3, 3), { ...options, augmentation: { flp: true }, workers: 0 }), Problem);
  const batches = await openBatches(numbered(3, 3), { ...options, workers: 0 });
  await batches.close();
  await assert.rejects(batches.at(0), /after the batches were closed/);
});

const root = join(dataFolder, "..");
const recipe = { ...options, augmentation: augmentationOf("lab"), draw: "passes", views: {} } satisfies BatchRecipe;

/** A program that lets a worker make a batch and does not close it. */
const program = `
  const { hippocampus } = require("./lib/benchmarks/hippocampus.ts");
  const { startWorker } = require("./lib/training/batches/worker.ts");
  (async () => {
    const { options } = await hippocampus.open({ labeled: 1 });
    const worker = startWorker({ benchmark: "hippocampus", options, recipe: ${JSON.stringify(recipe)} });
    worker.order(11);
    const { image } = await worker.take(11);
    console.log(require("crypto").createHash("sha256").update(new Uint8Array(image.buffer)).digest("hex"));
  })();`;

test("workers start in the notebook kernel too, and threads that nobody closed let the process end", async () => {
  const [{ image }] = await take(await hippocampus.open({ labeled: 1 }), { ...options, workers: 0 }, [11]);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["-C", "import", "--require", "tsx/cjs", "--eval", program],
    { cwd: root, encoding: "utf8" },
  );
  assert.deepEqual(
    [status, stdout.trim(), stderr],
    [0, createHash("sha256").update(new Uint8Array(image.buffer)).digest("hex"), ""],
  );
});
