import assert from "node:assert/strict";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { type Entry, encodeSafetensors } from "../../lib/engine/safetensors.js";
import { startEngine } from "../../lib/engine/start.js";
import { networks } from "../../lib/networks/index.js";
import { resnet18 } from "../../lib/networks/resnet18.js";
import { readWeights, shippedWeights, weightsIn } from "../../lib/networks/weights.js";
import { runName } from "../../lib/runs/folder.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { temporary } from "../temporary.js";

before(() => startEngine());

const home = temporary("arco-weights-");
const photographs = { benchmark: "phantom-pascal", labeled: 3, preset: "smoke" } as const;
const of = { channels: 3, classes: 4 };

/** A file with torchvision's names for ResNet-18's encoder, all its values alike. */
function torchvision(value: number): string {
  const values: Record<string, string> = {
    scale: "weight",
    offset: "bias",
    mean: "running_mean",
    variance: "running_var",
  };
  const nameOf = (path: string) =>
    path
      .replace(/^stem\.norm/, "bn1")
      .replace(/^stem/, "conv1")
      .replace(/^layers\.(\d)/, (_, layer) => `layer${Number(layer) + 1}`)
      .replace(/convs\.(\d)\.norm/, (_, at) => `bn${Number(at) + 1}`)
      .replace(/convs\.(\d)/, (_, at) => `conv${Number(at) + 1}`)
      .replace("shortcut.norm", "downsample.1")
      .replace("shortcut", "downsample.0")
      .replace(/(scale|offset|mean|variance)$/, (name) => values[name]);
  const params = resnet18(of).encoder.init(stream(0, "init"));
  const entries = Object.entries(flatten(params)).map(([path, { shape, size }]): [string, Entry] => {
    const [height, width, inputs, outputs] = shape;
    const torch = shape.length < 4 ? shape : [outputs, inputs, height, width];
    return [nameOf(path), { shape: torch, values: new Float32Array(size).fill(value) }];
  });
  const path = join(home, `${value}.safetensors`);
  writeFileSync(path, Buffer.concat(encodeSafetensors(Object.fromEntries(entries))));
  return path;
}

test("on photographs lite0 begins with ImageNet's weights, unless they are to be random; other data and networks begin with random ones", () => {
  const { network, weights } = resolveConfig(photographs);
  assert.deepEqual([network, weights], ["lite0", shippedWeights("lite0")]);
  for (const other of [{ ...photographs, weights: "random" }, { ...photographs, network: "unet" }, {}])
    assert.equal(resolveConfig(other).weights, undefined);
});

test("the set-up's weights are whole: their sha256 is the pinned one, every name and shape is the encoder's", () => {
  const weights = shippedWeights("lite0") ?? assert.fail("none");
  const found = readWeights(weights, networks.lite0, of);
  assert.equal(Object.keys(found).length, 5 * 33); // the stem and eleven blocks of two or three convolutions, each with its norm
  assert.ok(found["blocks.10.depthwise.weight"].values.some((value) => value !== 0));
});

test("what a file holds is part of a run's identity, where it lies is not; a run without weights keeps its name", () => {
  const [one, two] = [torchvision(1), torchvision(2)];
  const copy = join(home, "copy.safetensors");
  copyFileSync(one, copy);
  const nameWith = (weights: string) => runName(resolveConfig({ ...photographs, network: "resnet18", weights }));
  assert.equal(nameWith(one), nameWith(copy));
  assert.equal(new Set([one, two, "random"].map(nameWith)).size, 3);
  assert.equal(runName(resolveConfig()), "hippocampus-supervised-82184760b3"); // as before there were weights
});

test("a file that is gone, another one, or for a network without pre-trained weights is a Problem", () => {
  const path = torchvision(3);
  const weights = weightsIn(path, "weights");
  const kind = networks.resnet18;
  assert.equal(readWeights(weights, kind, of)["layers.3.1.convs.1.weight"].values[0], 3);
  writeFileSync(path, Buffer.concat(encodeSafetensors({})));
  assert.throws(() => readWeights(weights, kind, of), {
    name: "Problem",
    message: /found sha256 .*, expected .*--weights/,
  });
  rmSync(path);
  assert.throws(() => readWeights(weights, kind, of), { name: "Problem", message: /are not there; put it back/ });
  assert.throws(() => resolveConfig({ ...photographs, weights: path }), {
    name: "Problem",
    message: /weights: found ".*3\.safetensors", which is no file, expected a safetensors file or "random"/,
  });
  assert.throws(() => resolveConfig({ weights: torchvision(1) }), {
    name: "Problem",
    message: /of unet are not known/,
  });
});
