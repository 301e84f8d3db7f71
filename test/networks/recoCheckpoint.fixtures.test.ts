import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { type Entry, encodeSafetensors } from "../../lib/engine/safetensors.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import type { Setup } from "../../lib/methods/method.js";
import { recoStudentOf } from "../../lib/methods/reco/models.js";
import { type RecoMethodOptions, recoOptions } from "../../lib/methods/reco/options.js";
import { readWeights, weightsIn } from "../../lib/networks/weights.js";
import { startOf } from "../../lib/runs/workplace.js";
import { assertClose } from "../engine/numbers.js";
import { temporary } from "../temporary.js";
import { noise } from "./noise.js";
import { checkpoint, printed as data, narrowDeepLab as kind } from "./recoCheckpoint.js";

const home = temporary("arco-reco-checkpoint-");
const of = { channels: 3, classes: 3 };
before(() => startEngine());

const written = (entries: Record<string, Entry>, name = "whole") => {
  const path = join(home, `${name}.safetensors`);
  writeFileSync(path, Buffer.concat(encodeSafetensors(entries)));
  return weightsIn(path, "weights");
};
const startFor = (weights: ReturnType<typeof written>, classes = 3, steps = 10) =>
  startOf(
    { network: kind.name, weights, steps } as never,
    { benchmark: { channels: 3, classes: Array.from({ length: classes }) } } as never,
  );
const setupWith = (start: Setup<object>["start"], options: object = {}): Setup<RecoMethodOptions> => ({
  ...{ seed: 0, steps: 10, protocol: "lab", options: recoOptions.parse(options), network: kind.name },
  optimizer: { kind: "sgd", rate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 0, schedule: "constant" },
  ...{ ...of, imageSize: data.shape.slice(1), start },
});
const everyNth = (values: ArrayLike<number>, n: number) => Array.from(values).filter((_, i) => i % n === 0);

test("a ReCo checkpoint gives the whole network, and the method ReCo its head: logits and representations are PyTorch's", async () => {
  const [batch, height, width] = data.shape;
  const student = recoStudentOf(setupWith(startFor(written(checkpoint()))));
  const image = tf.tidy(() =>
    tf.tensor(noise([batch, 3, height, width], 1000), [batch, 3, height, width]).transpose([0, 2, 3, 1]),
  );
  const { logits, representations } = student.look(image, image.slice(0, 1), { training: false });
  const places = (9 * 12 * batch) | 0; // the second pass is of the first image again
  assertClose(everyNth(await logits.slice(0, places).data(), 5), data.logits, 1e-4, "logits");
  assertClose(everyNth(await representations.slice(0, places).data(), 7), data.representation, 1e-4, "representations");
  tf.dispose([image, logits, representations]);
  student.dispose();
});

test("of a whole network what is missing, spare or of another shape is listed by name, with the way to its encoder", () => {
  const { "ASPP.convs.4.1.weight": _, ...file } = checkpoint();
  const wrong = written({ ...file, "ASPP.convs.5.0.weight": file["project.0.weight"] }, "wrong");
  assert.throws(() => startFor(wrong, 7), {
    name: "Problem",
    message:
      /missing: ASPP\.convs\.4\.1\.weight; not of this network: ASPP\.convs\.5\.0\.weight; of another shape: classifier\.3\.weight is 3×4×1×1 and should be 7×4×1×1, classifier\.3\.bias is 3 and should be 7; .*other classes.*"resnet_"/,
  });
  const { "representation.3.bias": __, ...headless } = checkpoint();
  assert.throws(() => startFor(written(headless, "headless")), { message: /missing: representation\.3\.bias/ });
  assert.throws(() => recoStudentOf(setupWith(startFor(written(checkpoint())), { representation: 8 })), {
    name: "Problem",
    message: /heads\/hidden\.weight.*found 3×3×7×4, expected 3×3×7×8/,
  });
});

test("without its head a checkpoint is a whole network; its encoder alone begins a network of any classes, and is nothing to test untrained", () => {
  const named = (kept: RegExp) => Object.fromEntries(Object.entries(checkpoint()).filter(([name]) => kept.test(name)));
  const bare = startFor(written(named(/^(?!representation)/), "bare"), 3, 0) ?? {};
  assert.ok("model/classifier.out.bias" in bare && !("heads/out.bias" in bare));
  const encoder = written(named(/^resnet_/), "encoder");
  const start = startFor(encoder, 7) ?? {};
  assert.ok("model/layers.3.1.convs.2.norm.variance" in start && !("model/aspp.project.weight" in start));
  assert.deepEqual(
    readWeights(encoder, kind, of)["layers.0.0.convs.1.weight"],
    readWeights(written(checkpoint()), kind, of)["layers.0.0.convs.1.weight"],
  );
  assert.throws(() => startFor(encoder, 7, 0), {
    name: "Problem",
    message: /found the weights of an encoder alone, expected those of the whole network/,
  });
});
