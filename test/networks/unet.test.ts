import assert from "node:assert/strict";
import { before, test } from "node:test";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { countParameters, flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { unet } from "../../lib/networks/unet.js";

before(() => startEngine());

const tiny = unet({ channels: 1, classes: 3, widths: [4, 6, 8] });
const image = (batch = 2) =>
  tf.tensor(
    Float32Array.from({ length: batch * 12 * 16 }, (_, i) => Math.sin(i * i)),
    [batch, 12, 16, 1],
  );

test("the number of parameters is the published one", () => {
  const count = (classes: number, upsampling?: "transposed") =>
    countParameters(unet({ channels: 1, classes, upsampling }).init(stream(0, "init")));
  assert.deepEqual(
    [count(3), count(4), count(8), count(4, "transposed")],
    [1_813_619, 1_813_764, 1_814_344, 1_944_324],
  );
});

test("with the other decoder, the transposed one, it has the 2,577,624 parameters of MC-Net", () => {
  const { init, otherDecoder } = unet({ channels: 1, classes: 4 });
  const second = otherDecoder?.init(stream(0, "init")) ?? [];
  assert.equal(countParameters(init(stream(0, "init"))) + countParameters(second), 2_577_624);
});

test("weights and biases start uniform between ±1/√fan-in, normalisations as the identity", async () => {
  for (const upsampling of ["bilinear", "transposed"] as const) {
    const params = unet({ channels: 2, classes: 4, widths: [8, 16, 32], upsampling }).init(stream(0, "init"));
    for (const [path, variable] of Object.entries(flatten(params))) {
      const values = Array.from(await variable.data());
      if (path.includes(".norm.")) {
        assert.ok(
          values.every((value) => value === (/scale|variance/.test(path) ? 1 : 0)),
          path,
        );
        continue;
      }
      const [height, width, fan] = flatten(params)[path.replace(/bias$/, "weight")].shape; // [height, width, in, out], transposed [height, width, out, in]
      const bound = 1 / Math.sqrt(height * width * Number(fan)); // of a transposed convolution PyTorch counts the outputs
      assert.ok(
        values.every((value) => Math.abs(value) <= bound),
        `${path}: within ±${bound}`,
      );
      const square = values.reduce((sum, value) => sum + (value / bound) ** 2, 0) / values.length;
      assert.ok(
        Math.abs(square - 1 / 3) < 5 * Math.sqrt(4 / 45 / values.length),
        `${path}: variance is ${square} of the bound's square, expected 1/3`,
      );
    }
  }
});

test("the same seed gives the same network, another seed another one", async () => {
  const first = async (seed: number) =>
    Array.from(await tiny.init(stream(seed, "init")).down[0].first.conv.weight.data());
  assert.deepEqual(await first(1), await first(1));
  assert.notDeepEqual(await first(1), await first(2));
});

test("logits have the size of the image, features go from coarse to fine", () => {
  const { logits, features } = tiny.apply(tiny.init(stream(0, "init")), image(), { training: false });
  assert.deepEqual(logits.shape, [2, 12, 16, 3]);
  assert.deepEqual(
    features.map(({ shape }) => shape),
    [
      [2, 3, 4, 8],
      [2, 6, 8, 6],
      [2, 12, 16, 4],
    ],
  );
});

test("in evaluation an image's logits do not depend on the others and nothing changes; in training both do", async () => {
  const params = tiny.init(stream(0, "init"));
  const values = async () =>
    Promise.all(Object.values(flatten(params)).map(async (variable) => Array.from(await variable.data())));
  const logits = async (batch: number, training: boolean) =>
    Array.from(await tiny.apply(params, image(batch), { training }).logits.slice([0, 0, 0, 0], [1, 12, 16, 3]).data());
  const before = await values();
  const [alone, together] = [await logits(1, false), await logits(2, false)];
  for (const [i, value] of alone.entries()) assert.ok(Math.abs(value - together[i]) < 1e-6);
  assert.deepEqual(await values(), before);
  assert.notDeepEqual(await logits(1, true), await logits(2, true));
  assert.notDeepEqual(await values(), before);
});

test("masks decide dropout: the same seeds give the same logits, others others, none drops nothing", async () => {
  const params = tiny.init(stream(0, "init"));
  const logits = async (step?: number) =>
    Array.from(
      await tiny
        .apply(params, image(), {
          training: true,
          track: false,
          masks: step === undefined ? undefined : maskSeeds(0, "student", step),
        })
        .logits.data(),
    );
  assert.deepEqual(await logits(1), await logits(1));
  assert.notDeepEqual(await logits(1), await logits(2));
  assert.notDeepEqual(await logits(1), await logits());
  const undropped = unet({ channels: 1, classes: 3, widths: [4, 6, 8], dropouts: [] });
  const same = undropped.apply(params, image(), {
    training: true,
    track: false,
    masks: maskSeeds(0, "student", 1),
  }).logits;
  assert.deepEqual(Array.from(await same.data()), await logits());
});
