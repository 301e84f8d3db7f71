import assert from "node:assert/strict";
import { test } from "node:test";
import { fromTorch } from "../../lib/networks/torch.js";

const entry = (...shape: number[]) => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});

test("PyTorch's names become the paths of our tree", () => {
  const names = {
    "encoder.in_conv.conv_conv.0.weight": "down.0.first.conv.weight",
    "encoder.in_conv.conv_conv.1.running_mean": "down.0.first.norm.mean",
    "encoder.down2.maxpool_conv.1.conv_conv.4.bias": "down.2.second.conv.bias",
    "encoder.down2.maxpool_conv.1.conv_conv.5.weight": "down.2.second.norm.scale",
    "encoder.down4.maxpool_conv.1.conv_conv.5.bias": "down.4.second.norm.offset",
    "decoder.up1.conv1x1.weight": "up.0.conv.weight",
    "decoder.up4.up.bias": "up.3.conv.bias",
    "decoder.up3.conv.conv_conv.1.running_var": "up.2.block.first.norm.variance",
    "decoder.out_conv.weight": "out.weight",
  };
  assert.deepEqual(
    Object.keys(fromTorch(Object.fromEntries(Object.keys(names).map((name) => [name, entry(2)])))),
    Object.values(names),
  );
  assert.deepEqual(Object.keys(fromTorch({ "decoder.out_conv.bias": entry(2) }, "model/")), ["model/out.bias"]);
});

test("filters turn from [out, in, height, width] to [height, width, in, out]", () => {
  const { shape, values } = fromTorch({ "decoder.out_conv.weight": entry(2, 3, 4, 5) })["out.weight"];
  assert.deepEqual(shape, [4, 5, 3, 2]);
  for (let o = 0; o < 2; o++)
    for (let i = 0; i < 3; i++)
      for (let y = 0; y < 4; y++)
        for (let x = 0; x < 5; x++) assert.equal(values[((y * 5 + x) * 3 + i) * 2 + o], ((o * 3 + i) * 4 + y) * 5 + x);
});

test("counters are left out, unknown names are a Problem", () => {
  assert.deepEqual(fromTorch({ "encoder.in_conv.conv_conv.1.num_batches_tracked": entry() }), {});
  for (const name of [
    "encoder.in_conv.conv_conv.3.weight",
    "encoder.in_conv.conv_conv.0.running_mean",
    "decoder.out_conv.scale",
    "fc.weight",
    "",
    "constructor",
  ])
    assert.throws(
      () => fromTorch({ [name]: entry(2) }),
      { name: "Problem", message: /is no parameter of SSL4MIS's U-Net/ },
      name,
    );
});
