import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { convBias } from "../../lib/engine/ops/conv.js";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { flatten, trainable } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import type { Conv } from "../../lib/networks/blocks.js";
import type { Decoder, Network } from "../../lib/networks/network.js";
import { unet } from "../../lib/networks/unet.js";
import { vnet } from "../../lib/networks/vnet.js";

before(() => startEngine());

const smallU = { channels: 1, classes: 3, widths: [2, 3, 4, 5, 6] };
const smallV = { channels: 1, classes: 3, filters: 2 };
const networks: Readonly<Record<string, { network: Network; size: readonly number[] }>> = {
  unet: { network: unet(smallU), size: [16, 32] },
  "transposed unet": { network: unet({ ...smallU, upsampling: "transposed" }), size: [16, 32] },
  vnet: { network: vnet(smallV), size: [16, 16, 32] },
  "trilinear vnet": { network: vnet({ ...smallV, upsampling: "trilinear" }), size: [16, 16, 32] },
};

for (const [name, { network, size }] of Object.entries(networks)) {
  const { encoder, decoder } = network;
  const image = () => {
    const shape = [2, ...size, 1];
    const length = shape.reduce((a, b) => a * b);
    return tf.tensor(
      Float32Array.from({ length }, (_, i) => Math.sin(i * i)),
      shape,
    );
  };
  const mode = { training: true, track: false };

  test(`${name}: the map after some steps is that of the output, and hangs on the parameters of those steps alone`, async () => {
    const params = network.init(stream(0, "init"));
    const pyramid = encoder.apply(params, image(), mode);
    const output = decoder.apply(params, pyramid, mode);
    const steps = decoder.steps(params);
    assert.equal(output.steps.length, steps.length);
    for (const [at, map] of output.steps.entries())
      assert.deepEqual(await decoder.after(at + 1, params, pyramid, mode).data(), await map.data());
    assert.equal(output.steps[steps.length - 1], output.features[output.features.length - 1]);
    const weights = steps.map((step) => trainable(step).filter(({ rank }) => rank > 1)); // normalisations cancel the biases in front
    for (const count of steps.keys()) {
      const { gradients } = lossAndGradients(weights.flat(), () => ({
        loss: decoder.after(count, params, pyramid, mode).square().sum() as tf.Scalar,
      }));
      const sizes = await Promise.all(gradients.map(async (gradient) => (await gradient.abs().max().data())[0]));
      const isWithin = weights.flatMap((own, at) => own.map(() => at < count));
      assert.deepEqual(
        sizes.map((largest) => largest > 0),
        isWithin,
        `${count} steps`,
      );
    }
  });

  test(`${name}: the steps, the last convolution and the encoder are the whole network`, () => {
    const params = network.init(stream(0, "init"));
    const own = new Set(Object.values(flatten([...decoder.steps(params)])));
    const others = Object.entries(flatten(params)).filter(([, variable]) => !own.has(variable));
    const encoding = Object.keys(flatten(encoder.init(stream(0, "init"))));
    assert.deepEqual(others.map(([path]) => path).sort(), [...encoding, "out.weight", "out.bias"].sort());
  });

  test(`${name}: the last map, dropped as it may be, is what the last convolution makes the logits of`, async () => {
    const params = network.init(stream(0, "init"));
    const { out } = params as { out: Conv };
    for (const masks of [undefined, maskSeeds(0, "last")]) {
      const { logits, last } = network.apply(params, image(), { ...mode, masks });
      assert.deepEqual(Array.from(await convBias(last, out.weight, out.bias).data()), Array.from(await logits.data()));
    }
  });
}

test("a network's other decoder is that of the same network with the other upsampling", async () => {
  for (const [one, other] of [
    ["unet", "transposed unet"],
    ["vnet", "trilinear vnet"],
    ["transposed unet", "unet"],
    ["trilinear vnet", "vnet"],
  ]) {
    const { otherDecoder } = networks[one].network;
    const { network, size } = networks[other];
    assert.ok(otherDecoder);
    const params = network.init(stream(0, "init"));
    const pyramid = network.encoder.apply(params, tf.ones([1, ...size, 1]), { training: false });
    const logits = async (decoder: Decoder) => {
      const drawn = decoder.init(stream(1, "init"));
      return Array.from(await decoder.apply(drawn, pyramid, { training: false }).logits.data());
    };
    assert.deepEqual(await logits(otherDecoder), await logits(network.decoder), one);
  }
});
