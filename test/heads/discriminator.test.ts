import assert from "node:assert/strict";
import { before, test } from "node:test";
import { countParameters, flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { type DiscriminatorParams, discriminator } from "../../lib/heads/discriminator.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose, sizeOf } from "../engine/numbers.js";

before(() => startEngine());

test("it has the released numbers of parameters", () => {
  const images = discriminator({ mapChannels: 4, channels: 1, size: [256, 256] }).init(stream(0, "D"));
  const volumes = discriminator({ mapChannels: 2, channels: 1, size: [112, 112, 80] }).init(stream(0, "D"));
  assert.deepEqual([images, volumes].map(countParameters), [2_762_754, 11_024_386]);
});

/** sin(frequency), sin(2·frequency), … */
const wave = (shape: number[], frequency: number) =>
  tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(frequency * (i + 1))),
    shape,
  );

const frequencies: Record<string, number> = {
  map: 0.11,
  image: 0.13,
  "convs.0": 0.17,
  "convs.1": 0.19,
  "convs.2": 0.23,
  classifier: 0.29,
};

/** A discriminator of two channels with waves for weights (a quarter of them) and biases, and a map and an image to judge. */
function waves(size: number[]) {
  const network = discriminator({ mapChannels: 2, channels: 1, size, width: 2 });
  const params: DiscriminatorParams = network.init(stream(0, "D"));
  for (const [path, variable] of Object.entries(flatten(params))) {
    const [owner, isWeight] = [path.slice(0, path.lastIndexOf(".")), path.endsWith("weight")];
    variable.assign(wave(variable.shape, frequencies[owner]).div(isWeight ? 4 : 1));
  }
  return { network, params, map: wave([1, ...size, 2], 0.3), image: wave([1, ...size, 1], 0.7) };
}

// NumPy: h(x, c) = sum over channels of scipy.signal.correlate(padded by 1, filter, "valid")[::2, ::2] + bias, a = leaky ReLU of 0.2;
// y = h(map) + h(image), on volumes a(y); y = a(h(y)) three times; on images y[:7].mean((0, 1)) beside y[7:].mean((0, 1)),
// on volumes y.mean((0, 1, 2)); @ weight + bias
test("its logits are those of four strided convolutions, windows of seven and a linear layer", () =>
  inEveryForm(async (form) => {
    for (const [size, expected] of [
      [
        [224, 32],
        [0.25489933, 0.52410408],
      ],
      [
        [32, 16, 16],
        [0.53518368, 0.67396673],
      ],
    ]) {
      const { network, params, map, image } = waves(size);
      const logits = network.apply(params, map, image, { training: false });
      assertClose(await logits.data(), expected, 1e-5, `${form}: ${size}`);
    }
  }));

test("in training it drops channels as the seeds of the masks say, in evaluation none", async () => {
  const { network, params, map, image } = waves([32, 32]);
  const judge = async (seed?: number) => {
    const masks = seed === undefined ? undefined : () => [seed, 0] as const;
    return Array.from(await network.apply(params, map, image, { training: seed !== undefined, masks }).data());
  };
  assert.deepEqual(await judge(1), await judge(1));
  assert.notDeepEqual(await judge(1), await judge(2));
  assert.notDeepEqual(await judge(1), await judge());
});

test("it judges maps of any size; what is too small for two windows of seven is seen whole", async () => {
  for (const { size, windows } of [
    { size: [321, 33], windows: 3 }, // of 21 × 3 places
    { size: [20, 50], windows: 1 },
    { size: [33, 17, 16], windows: 1 },
  ]) {
    const { network, params, map, image } = waves(size);
    assert.equal(params.classifier.weight.shape[0], 16 * windows, `${size}`);
    const logits = network.apply(params, map, image, { training: false });
    assert.deepEqual(logits.shape, [1, 2]);
  }
  // of 128² one window of seven sees all but the last row and column
  const { network, params, map, image } = waves([128, 128]);
  const last = tf.oneHot(tf.tensor1d([128 * 128 - 1], "int32"), 128 * 128).reshape([1, 128, 128, 1]);
  const logits = (value: number) => network.apply(params, map, image.add(last.mul(value)), { training: false }).data();
  assert.notDeepEqual(await logits(9), await logits(0));
});
