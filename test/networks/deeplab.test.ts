import assert from "node:assert/strict";
import { before, test } from "node:test";
import { countParameters, disposeParams, flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { headInit } from "../../lib/networks/deeplab/decoder.js";
import { deepLab } from "../../lib/networks/deeplab/deeplab.js";
import { lite0, lite0Encoder } from "../../lib/networks/lite0.js";
import { resnetEncoder } from "../../lib/networks/resnet.js";
import { resnet18 } from "../../lib/networks/resnet18.js";
import { resnet101 } from "../../lib/networks/resnet101.js";

before(() => startEngine());

/** Parameters of a network, and with ReCo's representation beside its classifier. */
function counts(
  { init }: { init: ReturnType<typeof resnet101>["init"] } | { init: ReturnType<typeof lite0>["init"] },
  inputs: number,
  width: number,
): number[] {
  const [params, head] = [init(stream(0, "init")), headInit(stream(0, "head"), inputs, width, width)];
  const found = [countParameters(params), countParameters(params) + countParameters(head)];
  disposeParams(params);
  disposeParams(head);
  return found;
}

test("the numbers of parameters are ReCo's on ResNet-101, and those of the small ones", () => {
  assert.deepEqual(counts(resnet101({ channels: 3, classes: 21 }), 304, 256), [58_753_973, 59_520_693]);
  assert.equal(counts(resnet18({ channels: 3, classes: 11 }), 88, 64)[1], 12_256_123);
  assert.equal(counts(lite0({ channels: 3, classes: 11 }), 88, 64)[1], 1_037_019);
  const encoder = lite0Encoder(3).init(stream(0, "init"));
  assert.equal(countParameters(encoder), 700_768);
});

test("maps have the sizes of the published network, logits those of the image", () => {
  const network = deepLab("narrow", resnetEncoder({ channels: 3, block: "basic", counts: [1, 1, 1, 1], width: 2 }), {
    classes: 3,
    width: 2,
    lowWidth: 2,
  });
  const params = network.init(stream(0, "init"));
  for (const [height, width, low, high] of [
    [321, 321, [81, 81], [21, 21]],
    [512, 513, [128, 129], [32, 33]],
    [385, 513, [97, 129], [25, 33]],
  ] as const) {
    const image = tf.zeros([1, height, width, 3]);
    const pyramid = network.encoder.apply(params, image, { training: false });
    assert.deepEqual(
      pyramid.map(({ shape }) => shape.slice(1, 3)),
      [[height, width], low, high],
    );
    const { logits, grid } = network.apply(params, image, { training: false });
    assert.deepEqual([logits.shape, grid?.logits.shape.slice(1, 3)], [[1, height, width, 3], low]);
  }
});

test("the mean of few images is normalised by running statistics, which then stand still", async () => {
  const network = lite0({ channels: 3, classes: 3 });
  const params = network.init(stream(0, "init"));
  const running = async () => [...(await flatten(params)["aspp.pooled.norm.mean"].data())];
  const run = (images: number) => network.apply(params, tf.ones([images, 32, 32, 3]), { training: true });
  const start = await running();
  run(3);
  assert.deepEqual(await running(), start);
  run(4);
  assert.notDeepEqual(await running(), start);
});
