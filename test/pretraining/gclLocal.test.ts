import assert from "node:assert/strict";
import { before, test } from "node:test";
import { flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { asRows } from "../../lib/engine/rows.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { mlp, mlpInit } from "../../lib/heads/mlp.js";
import { unet } from "../../lib/networks/unet.js";
import { corners, lattice, neighbors, regionPairs, regionsOf } from "../../lib/pretraining/regions.js";
import { Problem } from "../../lib/problem.js";
import { disposeBatch } from "../../lib/training/loop.js";
import { assertClose } from "../engine/numbers.js";
import { run, trial, values } from "../methods/trial.js";
import { narrowVolumes } from "../narrow.js";
import { ones } from "./ones.js";

before(() => startEngine());

test("thirteen regions lie in the corners, at the middles of the edges, in the centre and at the quarter points of a map", () => {
  const [rows, columns] = [
    [0, 2, 4, 6, 8],
    [0, 3, 6, 9, 12],
  ];
  const at = (row: number, column: number) => [rows[row], columns[column]];
  assert.deepEqual(corners([11, 15]), [
    ...[at(0, 0), at(0, 2), at(0, 4)],
    ...[at(1, 1), at(1, 3)],
    ...[at(2, 0), at(2, 2), at(2, 4)],
    ...[at(3, 1), at(3, 3)],
    ...[at(4, 0), at(4, 2), at(4, 4)],
  ]);
  for (let side = 7; side < 40; side++) {
    const starts = corners([side, side + 3]);
    assert.equal(new Set(starts.map(String)).size, 13);
    assert.ok(starts.every(([top, left]) => top >= 0 && top + 3 <= side && left >= 0 && left + 3 <= side + 3));
  }
  assert.throws(
    () => corners([32, 6]),
    (error) => error instanceof Problem && /32×6, expected 7 or more/.test(error.message),
  );
});

test("a region is what lies within its nine pixels, row by row", async () => {
  const pixel = Float32Array.from({ length: 2 * 7 * 7 * 2 }, (_, i) => (i % 2 === 0 ? i / 2 : -i));
  const regions = regionsOf(tf.tensor(pixel, [2, 7, 7, 2]));
  assert.deepEqual(regions.shape, [2, 13, 18]);
  const found = Array.from(await regions.data());
  const first = (image: number, region: number) =>
    found.slice((image * 13 + region) * 18, (image * 13 + region + 1) * 18).filter((_, i) => i % 2 === 0);
  assert.deepEqual(first(0, 0), [0, 1, 2, 7, 8, 9, 14, 15, 16]);
  assert.deepEqual(first(0, 6), [16, 17, 18, 23, 24, 25, 30, 31, 32]);
  assert.deepEqual(
    first(1, 12),
    [32, 33, 34, 39, 40, 41, 46, 47, 48].map((number) => 49 + number),
  );
});

test("a region is told apart from its five nearest, in both views, and belongs to itself in the other", async () => {
  //  0   1   2
  //    3   4
  //  5   6   7
  //    8   9
  // 10  11  12
  assert.equal(lattice(2).length, 13);
  for (const [region, five] of Object.entries({
    0: [3, 1, 5, 6, 4],
    1: [3, 4, 0, 2, 6],
    3: [0, 1, 5, 6, 4],
    6: [3, 4, 8, 9, 1],
    12: [9, 7, 11, 6, 4],
  }))
    assert.deepEqual(neighbors(2)[Number(region)], five);
  const { positives, negatives } = regionPairs(2);
  assert.deepEqual(
    await ones(positives),
    [...Array(26).keys()].map((region) => [(region + 13) % 26]),
  );
  const apart = await ones(negatives);
  assert.deepEqual(apart[0], [1, 3, 4, 5, 6, 14, 16, 17, 18, 19]);
  assert.deepEqual(apart[13], apart[0]);
  assert.ok(apart.every(({ length }) => length === 10));
  tf.dispose([positives, negatives]);
});

test("only the first blocks of the decoder and the head are trained; the encoder stays as it was, bit for bit", async () => {
  for (const blocks of [3, 2]) {
    const trainer = trial("gclLocal", {
      ...(blocks !== 3 && { options: { blocks }, imageSize: [32, 32] }),
      optimizer: { weightDecay: 0 },
    });
    const before = await values(trainer);
    await run(trainer, 3);
    const after = await values(trainer);
    const isCancelled = (path: string) => /(block\.\w+\.conv|heads\/first)\.bias$/.test(path); // by the normalisation behind it
    const isOwn = (path: string) => [...Array(blocks).keys()].some((step) => path.includes(`model/up.${step}.`));
    assert.deepEqual(
      Object.keys(before).filter((path) => `${after[path]}` !== `${before[path]}`),
      Object.keys(before).filter((path) => (isOwn(path) || path.includes("heads/")) && !isCancelled(path)),
    );
    const { "model/down.4.second.norm.mean": statistic, "model/out.weight": last } = after;
    assert.deepEqual(
      [statistic, last],
      [before["model/down.4.second.norm.mean"], before["model/out.weight"]],
      "the whole network is in the checkpoint",
    );
    const trained = Object.keys(before).filter((path) => path.startsWith("velocity/"));
    assert.ok(trained.every((path) => isOwn(path) || path.startsWith("velocity/heads/")));
    trainer.dispose();
  }
});

test("the loss tells every region of one view from its neighbours by the same region of the other", async () => {
  const trainer = trial("gclLocal");
  const batch = trainer.batch(0);
  const network = unet({ channels: 1, classes: 3 });
  const params = network.init(stream(0, "any"));
  const head = mlpInit(stream(0, "any"), [32, 32, 32]);
  const own = { ...flatten(params, "model/"), ...flatten(head, "heads/") };
  for (const [path, variable] of Object.entries(own)) variable.assign(trainer.variables[path]);
  const maps: ArrayLike<number>[] = [];
  for (const { image } of [batch.views.first, batch.views.second]) {
    const pyramid = network.encoder.apply(params, image, { training: false });
    const { features } = network.decoder.apply(params, pyramid, { training: true, track: false });
    assert.deepEqual(features[3].shape, [4, 8, 8, 32]);
    maps.push(await mlp(asRows(features[3]), head, { training: true }).data());
  }
  const [starts, near] = [corners([8, 8]), neighbors(2)];
  const region = (view: number, image: number, at: number) => {
    const [top, left] = starts[at];
    const found: number[] = [];
    for (const row of [top, top + 1, top + 2])
      for (const column of [left, left + 1, left + 2])
        for (let feature = 0; feature < 32; feature++)
          found.push(maps[view][((image * 8 + row) * 8 + column) * 32 + feature]);
    return found.map((value) => value / Math.hypot(...found));
  };
  const losses: number[] = [];
  for (const image of [0, 1, 2, 3])
    for (const view of [0, 1])
      for (let at = 0; at < 13; at++) {
        const query = region(view, image, at);
        const e = (key: number[]) => Math.exp(query.reduce((sum, value, i) => sum + value * key[i], 0) / 0.1);
        const others = near[at].flatMap((other) => [region(0, image, other), region(1, image, other)]);
        const positive = e(region(1 - view, image, at));
        losses.push(-Math.log(positive / (positive + others.reduce((sum, key) => sum + e(key), 0))));
      }
  const { loss } = await trainer.step(batch);
  assertClose(await loss.data(), [losses.reduce((sum, one) => sum + one) / losses.length], 1e-4, "loss");
  disposeBatch(batch);
  trainer.dispose();
});

test("in volumes 35 regions lie as the thirteen do in every face and between, each of 27 voxels, row by row", async () => {
  const places = lattice(3);
  assert.equal(places.length, 35);
  const faces = [0, 1, 2].map((axis) => places.filter((place) => place[axis] === 0).length);
  assert.deepEqual(faces, [9, 9, 9], "corners, middles of edges and of the face");
  assert.equal(places.filter((place) => place[0] === 1).length, 4, "quarter points");
  assert.equal(places.filter((place) => place[0] === 2).length, 9);
  // the centre is nearest to the quarter points around it, of which five come first
  const centre = places.findIndex((place) => place.every((at) => at === 2));
  assert.deepEqual(
    neighbors(3)[centre].map((at) => places[at]),
    [[1, 1, 1], [1, 1, 3], [1, 3, 1], [1, 3, 3], [3, 1, 1]], // biome-ignore format: one line
  );
  const size = [7, 9, 11];
  const regions = regionsOf(
    tf.tensor(
      Float32Array.from({ length: 7 * 9 * 11 }, (_, i) => i),
      [1, ...size, 1],
    ),
  );
  assert.deepEqual(regions.shape, [1, 35, 27]);
  const found = Array.from(await regions.data());
  for (const [at, [x, y, z]] of corners(size).entries())
    assert.deepEqual(
      found.slice(27 * at, 27 * at + 27),
      [...Array(27).keys()].map((i) => ((x + Math.floor(i / 9)) * 9 + y + (Math.floor(i / 3) % 3)) * 11 + z + (i % 3)),
    );
});

test("of a V-Net the first blocks of the decoder and the head are trained alone too", async () => {
  const volumes = { network: narrowVolumes, imageSize: [16, 16, 16], optimizer: { weightDecay: 0 } };
  const trainer = trial("gclLocal", volumes);
  const before = await values(trainer);
  await run(trainer, 2);
  const after = await values(trainer);
  const moved = Object.keys(before).filter((path) => `${after[path]}` !== `${before[path]}`);
  const partOf = (path: string) => path.replace(/^(velocity\/)?(model\/(?:stages|up)\.\d|heads).*/, "$2");
  assert.deepEqual([...new Set(moved.map(partOf))].sort(), [
    "heads",
    ...[5, 6, 7].map((stage) => `model/stages.${stage}`),
    ...[0, 1, 2].map((step) => `model/up.${step}`),
  ]);
  trainer.dispose();
});
