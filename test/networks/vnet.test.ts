import assert from "node:assert/strict";
import { before, test } from "node:test";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { countParameters, flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { fromTorch } from "../../lib/networks/torch.js";
import { vnet } from "../../lib/networks/vnet.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

const tiny = vnet({ channels: 1, classes: 2, filters: 4 });
const image = tf.tensor(
  Float32Array.from({ length: 2 * 32 * 16 * 16 }, (_, i) => Math.sin(i * i)),
  [2, 32, 16, 16, 1],
);

test("the number of parameters is the published one", () => {
  assert.equal(countParameters(vnet({ channels: 1, classes: 2 }).init(stream(0, "init"))), 9_448_866);
});

test("with the other decoder, the trilinear one, it has the 12,347,716 parameters of MC-Net", () => {
  const { init, otherDecoder } = vnet({ channels: 1, classes: 2 });
  const second = otherDecoder?.init(stream(0, "init")) ?? [];
  assert.equal(countParameters(init(stream(0, "init"))) + countParameters(second), 12_347_716);
});

test("a trilinear decoder interpolates between the voxels of the coarser map, corners on corners", async () => {
  const { decoder } = vnet({ channels: 1, classes: 2, filters: 2, upsampling: "trilinear" });
  const params = decoder.init(stream(0, "init"));
  const { weight, bias } = params.up[0].conv;
  const filter = new Float32Array(weight.size);
  for (let channel = 0; channel < 16; channel++) filter[(13 * 32 + channel) * 16 + channel] = 1; // its centre passes the first 16 of 32 channels
  weight.assign(tf.tensor(filter, weight.shape));
  bias.assign(tf.zeros([16]));
  const at = (size: number, end: number) => Array.from({ length: size }, (_, i) => (i * end) / (size - 1));
  const slope = ([nx, ny, nz]: readonly number[]) =>
    at(nx, 3).flatMap((x) => at(ny, 5).flatMap((y) => at(nz, 7).map((z) => 1 + x + y + z))); // one value a voxel
  const coarsest = tf.tensor(slope([3, 2, 2]), [1, 3, 2, 2, 1]).tile([1, 1, 1, 1, 32]);
  const skips = [16, 8, 4, 2].map((by) => tf.zeros([1, 3 * by, 2 * by, 2 * by, 32 / by]));
  const { features } = decoder.apply(params, [...skips, coarsest], { training: false });
  const expected = slope([6, 4, 4]).flatMap((value) => Array(16).fill(value / Math.sqrt(1 + 1e-5))); // the normalisation's ε
  assertClose(await features[0].data(), expected, 1e-5, "first step");
});

test("weights start uniform between ±1/√fan-in, where a transposed convolution counts its outputs", async () => {
  const params = flatten(tiny.init(stream(0, "init")));
  for (const [path, variable] of Object.entries(params)) {
    if (path.includes(".norm.")) continue;
    const { shape } = params[path.replace(/bias$/, "weight")]; // [x, y, z, in, out], transposed [x, y, z, out, in]
    const bound = 1 / Math.sqrt(shape.slice(0, 4).reduce((a, b) => a * b, 1));
    const values = Array.from(await variable.data(), Math.abs);
    assert.ok(
      values.every((value) => value <= bound),
      path,
    );
    if (values.length > 100) assert.ok(Math.max(...values) > 0.9 * bound, path);
  }
});

test("dropout takes whole channels in training and nothing in evaluation", async () => {
  const params = tiny.init(stream(0, "init"));
  params.out.bias.assign(tf.zeros([2]));
  const apply = async (network: typeof tiny, masks: boolean) => {
    const mode = { training: true, track: false, ...(masks && { masks: maskSeeds(0, "student", 0) }) };
    return network.apply(params, image, mode).logits.data();
  };
  const [plain, dropped, again] = [await apply(tiny, false), await apply(tiny, true), await apply(tiny, true)];
  assert.deepEqual(dropped, again);
  assert.notDeepEqual(plain, dropped);
  const nothing = vnet({ channels: 1, classes: 2, filters: 4, rate: 1 - 1e-7 });
  assert.ok(
    (await apply(nothing, true)).every((value) => value === 0),
    "without a channel only the bias is left",
  );
  const seen = async (masks?: ReturnType<typeof maskSeeds>) =>
    tiny.apply(params, image, { training: false, masks }).logits.data();
  assert.deepEqual(await seen(maskSeeds(0, "student", 0)), await seen());
});

test("PyTorch's names become the paths of our tree", () => {
  const names = {
    "block_one.conv.0.weight": "stages.0.0.conv.weight",
    "block_two.conv.4.running_mean": "stages.1.1.norm.mean",
    "block_five.conv.7.weight": "stages.4.2.norm.scale",
    "block_one_dw.conv.0.bias": "down.0.conv.bias",
    "block_eight_up.conv.1.running_var": "up.3.norm.variance",
    "out_conv.bias": "out.bias",
  };
  const state = Object.fromEntries(
    Object.keys(names).map((name) => [name, { shape: [1], values: new Float32Array(1) }]),
  );
  assert.deepEqual(Object.keys(fromTorch(state)), Object.values(names));
  for (const name of ["block_ten.conv.0.weight", "block_one.conv.2.weight", "block_one.conv.0.running_mean"])
    assert.throws(() => fromTorch({ [name]: { shape: [1], values: new Float32Array(1) } }), {
      name: "Problem",
      message: /V-Net/,
    });
});
