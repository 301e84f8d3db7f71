import assert from "node:assert/strict";
import { before, test } from "node:test";
import { flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { project } from "../../lib/heads/projection.js";
import type { Output } from "../../lib/networks/network.js";
import { embed, globalMaps, levelsOf } from "../../lib/pretraining/levels.js";
import { type RelationalOptions, relationalOptions } from "../../lib/pretraining/relationalOptions.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose, sizeOf } from "../engine/numbers.js";

before(() => startEngine());

const draw = (name: string, shape: number[]) => {
  const rng = stream(0, name);
  return tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
    shape,
  );
};

/** The levels over a network that gives maps of some shapes. */
function levels(
  { coarsest, finest, logits }: Record<"coarsest" | "finest" | "logits", number[]>,
  options: Partial<RelationalOptions> = {},
) {
  const output = (): Output => ({
    logits: draw("logits", logits),
    features: [draw("coarsest", coarsest), draw("finest", finest)],
    steps: [],
    last: draw("finest", finest),
  });
  const setup = {
    seed: 0,
    steps: 1,
    protocol: "lab",
    options: relationalOptions.parse(options),
    network: "unet",
    optimizer: { kind: "sgd", rate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 0, schedule: "poly" },
    channels: 1,
    classes: 4,
    imageSize: logits.slice(1, -1),
  } as const;
  return { made: levelsOf(setup, output), output };
}

const plane = { coarsest: [2, 2, 2, 6], finest: [2, 32, 32, 5], logits: [2, 32, 32, 4] };
const volume = { coarsest: [1, 3, 3, 2, 6], finest: [1, 24, 24, 20, 3], logits: [1, 24, 24, 20, 2] };

test("an image is one global row of 512 and 49 local rows of 64 values for every class; a volume's windows have 512", () => {
  const entries = (of: typeof plane, options?: Partial<RelationalOptions>) =>
    Object.fromEntries(levels(of, options).made.map(({ name, entry }) => [name, entry]));
  assert.deepEqual(entries(plane), { global: [1, 512], local: [49, 64 * 4] });
  assert.deepEqual(entries(plane, { localInput: "features" }), { global: [1, 512], local: [49, 64 * 5] });
  assert.deepEqual(entries(volume), { global: [1, 512], local: [1, 512 * 2] });
});

test("embeddings have the form that the level announces", () => {
  for (const shapes of [plane, volume]) {
    const { made, output } = levels(shapes);
    for (const { name, maps, heads, entry } of made)
      assert.deepEqual(
        embed(maps(output()), [heads.student, heads.predictor], "relu").shape,
        [shapes.logits[0], ...entry],
        name,
      );
  }
});

test("a level of weight 0 is left out", () => {
  const names = (weights: RelationalOptions["weights"]) => levels(plane, { weights }).made.map(({ name }) => name);
  assert.deepEqual(names({ global: 0.5, local: 0 }), ["global"]);
  assert.deepEqual(names({ global: 0, local: 2 }), ["local"]);
  assert.deepEqual(names({ global: 0, local: 0 }), []);
});

test("teacher and student begin with the same projectors, which the seed decides", async () => {
  for (const { heads } of levels(plane).made) {
    const teacher = flatten(heads.teacher);
    for (const [path, variable] of Object.entries(flatten(heads.student)))
      assert.deepEqual(await teacher[path].data(), await variable.data(), path);
  }
});

test("the global feature is the mean over the map", () =>
  inEveryForm(async (form) => {
    const values = Array.from(await draw("map", [2, 3, 4, 5]).data());
    const expected = Array.from({ length: 10 }, (_, i) => {
      const of = values.filter((_, at) => Math.floor(at / 60) === Math.floor(i / 5) && at % 5 === i % 5);
      return of.reduce((a, b) => a + b) / 12;
    });
    const found = globalMaps(draw("map", [2, 3, 4, 5]));
    assert.deepEqual(found.shape, [2, 1, 1, 5]);
    assertClose(await found.data(), expected, 1e-5, form);
  }));

test("heads work on every pixel alone, one after the other; a window's features are in the order (channel, pixel)", () =>
  inEveryForm(async (form) => {
    const [n, windows, pixels, channels] = [2, 3, 4, 5];
    const maps = draw("maps", [n, windows, pixels, channels]);
    const { heads } = levels(plane, { localInput: "features", weights: { global: 0, local: 1 } }).made[0];
    const rows = project(project(maps.reshape([-1, channels]), heads.student), heads.predictor);
    const values = await rows.data();
    const expected: number[] = [];
    for (let window = 0; window < n * windows; window++)
      for (let channel = 0; channel < channels; channel++)
        for (let pixel = 0; pixel < pixels; pixel++)
          expected.push(values[(window * pixels + pixel) * channels + channel]);
    const found = embed(maps, [heads.student, heads.predictor], "leakyRelu");
    assert.deepEqual(found.shape, [n, windows, channels * pixels], form);
    assertClose(await found.data(), expected, 1e-6, form);
  }));
