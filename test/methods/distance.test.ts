import assert from "node:assert/strict";
import { before, test } from "node:test";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { distanceHead, distanceHeadInit } from "../../lib/heads/signedDistance.js";
import { dice } from "../../lib/losses/dice.js";
import { distancesOf } from "../../lib/methods/distance.js";
import { signedDistance } from "../../lib/metrics/signedDistance.js";
import { unet } from "../../lib/networks/unet.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { assertClose } from "../engine/numbers.js";
import { narrow } from "../narrow.js";
import { mean, softmaxRows, supervisedOf } from "./byHand.js";
import { movedBy, plainTrainer } from "./plainDescent.js";
import { batch, run, trial, values } from "./trial.js";

before(() => startEngine());

test("the truth has a map for each foreground class of each image; ignored pixels are outside, absent classes far away or nowhere", async () => {
  const label = tf.tensor([0, 1, 1, -1, 2, 2, 0, 0, 0, 0, 0, 1], [2, 2, 3], "int32");
  const batch = { label, arrays: { image: new Float32Array(), label: Int32Array.from(await label.data()) } };
  for (const [absent, nowhere] of [
    ["far", 1],
    ["zero", 0],
  ] as const) {
    const found = distancesOf(batch, { classes: 3, absent });
    assert.deepEqual(found.shape, [2, 2, 3, 2]);
    const of = (mask: number[]) => signedDistance({ data: Uint8Array.from(mask), shape: [2, 3] });
    const maps = [
      [of([0, 1, 1, 0, 0, 0]), of([0, 0, 0, 0, 1, 1])],
      [of([0, 0, 0, 0, 0, 1]), new Float32Array(6).fill(nowhere)],
    ];
    const expected = maps.flatMap(([one, two]) => Array.from(one, (value, i) => [value, two[i]]).flat());
    assert.deepEqual(Array.from(await found.data()), expected);
  }
});

/** The squared error of signed distances [labelled pixels, 2] of the first batch by hand, mean over pixels and sum over classes. */
function squaredErrorOf(said: ArrayLike<number>): number {
  const { label } = batch(0).arrays;
  const maps = [0, 1].map((image) =>
    [1, 2].map((of) =>
      signedDistance({
        data: Uint8Array.from(label.subarray(256 * image, 256 * (image + 1)), (value) => Number(value === of)),
        shape: [16, 16],
      }),
    ),
  );
  const errors = Array.from(label, (_, at) =>
    [0, 1].map((of) => (said[2 * at + of] - maps[Math.floor(at / 256)][of][at % 256]) ** 2),
  );
  return mean(errors.map(([one]) => one)) + mean(errors.map(([, two]) => two));
}

for (const name of ["dtc", "sassnet"]) {
  test(`${name}: labels teach the classes by ½(Dice + CE), or the foreground's Dice alone, and the distances by their squared error`, async () => {
    const network = unet({ channels: 1, classes: 3 });
    const mode = { training: true, track: false, masks: maskSeeds(0, "student", 0) };
    const { logits, last } = network.apply(network.init(stream(0, "init")), batch(0).image, mode);
    const head = distanceHeadInit(stream(0, "init", "distance"), { width: 16, classes: 3, dimensions: 2 });
    const error = squaredErrorOf(await distanceHead(last, head).data());
    const supervised = supervisedOf((await softmaxRows(logits)).slice(0, 512), batch(0).arrays.label);
    const [found] = await run(trial(name, { options: { weight: 0, distance: 3, passes: "joint" } }), 1);
    assertClose([found.supervised, found.distance], [supervised, error], 1e-5, "terms");
    assertClose([found.loss], [supervised + 3 * error], 1e-5, "loss");
    const alone = await dice(logits.slice([0], [2]), batch(0).label, { over: "foreground" }).data();
    const [published] = await run(trial(name, { options: { supervised: "dice", scale: 2, passes: "joint" } }), 1);
    assertClose([published.supervised], [2 * alone[0]], 1e-5, "Dice alone");
  });

  test(`${name}: labels of classes spare the distance head, distances the segmentation head`, async () => {
    const moved = async (options: object) =>
      (await movedBy(name, { weight: 0, ...options })).filter((part) => !part.startsWith("discriminator/"));
    assert.deepEqual(await moved({ distance: 0 }), ["model/down", "model/out", "model/up"]);
    assert.deepEqual(await moved({ scale: 0 }), ["distance/weight", "model/down", "model/up"]);
  });

  test(`${name}: with labels of classes alone it is the network trained alone`, async () => {
    const [one, other] = [
      trial(name, { network: narrow, options: { weight: 0, distance: 0 } }),
      trial("meanTeacher", { network: narrow, options: { weight: 0 } }),
    ];
    for (const trainer of [one, other]) await run(trainer, 3);
    assert.deepEqual(await values(one, "model/"), await values(other, "model/"));
  });

  test(`${name}: the head has the kernel of the segmentation's own, 3×3 on images and 1×1×1 on volumes`, () => {
    const shapes = [2, 3].map((axes) => {
      const { variables } = plainTrainer(name, {}, { axes });
      return [variables["distance/weight"].shape, variables["model/out.weight"].shape];
    });
    assert.deepEqual(shapes, [
      [
        [3, 3, 16, 2],
        [3, 3, 16, 3],
      ],
      [
        [1, 1, 1, 16, 2],
        [1, 1, 1, 16, 3],
      ],
    ]);
  });

  test(`${name}: as published Dice alone is on labels, and an absent class is nowhere; steps of the ramp are of 150`, () => {
    const of = (protocol: "lab" | "paper" | "released", benchmark: string) => {
      const { options, steps, optimizer } = resolveConfig({ method: name, protocol, benchmark, preset: "full" });
      const { supervised, scale, absent, passes, stairs } = options;
      return [supervised, scale, absent, passes, steps / Number(stairs), optimizer.schedule];
    };
    assert.deepEqual(of("lab", "acdc"), ["diceCrossEntropy", 0.5, "far", "separate", 150, "poly"]);
    assert.deepEqual(of("lab", "la"), ["diceCrossEntropy", 0.5, "far", "separate", 150, "poly"]);
    assert.deepEqual(of("paper", "acdc"), ["dice", 1, "zero", "joint", 150, "step"]);
    assert.deepEqual(of("released", "la"), ["dice", 1, "zero", "joint", 150, "step"]);
  });
}
