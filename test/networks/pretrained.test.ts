import assert from "node:assert/strict";
import { before, test } from "node:test";
import { flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import type { Entry } from "../../lib/engine/safetensors.js";
import { startEngine } from "../../lib/engine/start.js";
import { lite0Encoder, lite0Names } from "../../lib/networks/lite0.js";
import { fromPretrained, type Naming } from "../../lib/networks/pretrained.js";
import { resnetEncoder, resnetNames } from "../../lib/networks/resnet.js";

let shapes: Record<string, number[]>;
before(async () => {
  await startEngine();
  shapes = shapesOf(resnetEncoder({ channels: 3, block: "bottleneck", counts: [1, 2, 1, 1], width: 2 }));
});

const shapesOf = ({
  init,
}: {
  init: ReturnType<typeof resnetEncoder>["init"] | ReturnType<typeof lite0Encoder>["init"];
}) => Object.fromEntries(Object.entries(flatten(init(stream(0, "init")))).map(([path, { shape }]) => [path, shape]));

/** A file in a naming, of which every array holds its own number in ascending order. */
function fileIn(naming: Naming, of = shapes, prefix = ""): Record<string, Entry> {
  const values: Record<string, string> = {
    scale: "weight",
    offset: "bias",
    mean: "running_mean",
    variance: "running_var",
  };
  return Object.fromEntries(
    Object.entries(of).map(([path, shape], at) => {
      const [, owner, norm, value] = /^(.+?)(\.norm)?\.(\w+)$/.exec(path) ?? [];
      const names = naming.of(owner);
      const name = norm ? `${names?.norm}.${values[value]}` : `${names?.weight}.weight`;
      const [height, width, inputs, outputs] = shape;
      const torch =
        shape.length < 4 ? shape : outputs === 1 ? [inputs, 1, height, width] : [outputs, inputs, height, width];
      const size = shape.reduce((a, b) => a * b, 1);
      return [prefix + name, { shape: torch, values: Float32Array.from({ length: size }, (_, i) => at + i / size) }];
    }),
  );
}

const read = (file: Record<string, Entry>, namings: readonly Naming[] = resnetNames) =>
  fromPretrained(file, shapes, namings, "weights.safetensors");

test("a file gives the same weights in the names of torchvision, Hugging Face and ReCo, with a prefix, counters and a classifier", () => {
  const [torchvision, ...others] = resnetNames.map((naming) => read(fileIn(naming)));
  for (const other of others) assert.deepEqual(other, torchvision);
  const counter: Entry = { shape: [], values: new Int32Array(1) };
  const classifier: Entry = { shape: [3], values: new Float32Array(3) };
  const more = { ...fileIn(resnetNames[0], shapes, "module."), "module.bn1.num_batches_tracked": counter };
  assert.deepEqual(read({ ...more, "module.fc.bias": classifier }), torchvision);
});

test("filters [out, in, height, width] become [height, width, in, out], of single channels [height, width, channels, 1]", () => {
  const own = shapesOf(lite0Encoder(3));
  const file = fileIn(lite0Names, own);
  const found = fromPretrained(file, own, [lite0Names], "lite0");
  const stem = file["_conv_stem.weight"].values; // [32, 3, 3, 3]
  assert.equal(found["stem.weight"].values[(1 * 3 + 2) * 96 + 1 * 32 + 5], stem[5 * 27 + 1 * 9 + 1 * 3 + 2]);
  const [depthwise] = [file["_blocks.3._depthwise_conv.weight"].values]; // [144, 1, 5, 5]
  assert.deepEqual(found["blocks.3.depthwise.weight"].shape, [5, 5, 144, 1]);
  assert.equal(found["blocks.3.depthwise.weight"].values[(2 * 5 + 3) * 144 + 7], depthwise[7 * 25 + 2 * 5 + 3]);
});

test("what is missing, spare or of another shape is listed by name; Caffe's and Keras's weights are refused", () => {
  const { "layer2.1.conv2.weight": _, ...file } = fileIn(resnetNames[0]);
  const spare: Entry = { shape: [1], values: new Float32Array(1) };
  const wrong = { ...file, "layer9.0.conv1.weight": spare, "bn1.bias": spare };
  assert.throws(() => read(wrong), {
    name: "Problem",
    message:
      /missing: layer2\.1\.conv2\.weight; not of this network: layer9\.0\.conv1\.weight; of another shape: bn1\.bias is 1 and should be 2/,
  });
  assert.throws(() => read({ "stem.conv1.weight": spare }), {
    message: /Caffe's or Detectron's.*expected "conv1\.weight"/,
  });
  assert.throws(() => read({ "conv1_conv/kernel": spare }), { message: /Keras's/ });
  assert.throws(() => read({ other: spare }), { message: /1 arrays and no stem/ });
});
