import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { colour } from "../../../lib/images/augment/colour.js";
import { standardised } from "../../../lib/images/pictures/standard.js";

const rngs = (count: number) => Array.from({ length: count }, (_, at) => stream(1, "colour", at));
const { mean, deviation } = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
/** Colours from 0 to 255 of standardised values. */
const bytes = (values: Float32Array) =>
  Array.from(values, (value, i) => 255 * (value * deviation[i % 3] + mean[i % 3]));

const photo = Uint8Array.from({ length: 4 * 5 * 3 }, (_, i) => (i * 37 + (i % 3) * 50) % 256);
const images = (count: number) => ({
  values: Float32Array.from(Array.from({ length: count }, () => [...standardised(photo)]).flat()),
  shape: [count, 4, 5, 3],
});

test("a turn of a third of the circle exchanges the colours of a pixel, and none leaves them", () => {
  const turned = (hue: number) => {
    const rng = { ...stream(0, "turn"), uniform: (low = 0) => (low === -0.25 ? hue : low === 0.75 ? 1 : low) };
    return bytes(colour({ values: standardised(photo), shape: [1, 4, 5, 3] }, [rng]));
  };
  for (const [i, value] of turned(0).entries()) assert.ok(Math.abs(value - photo[i]) < 1e-3);
  const third = turned(1 / 3); // red goes where green is
  for (let i = 0; i < photo.length; i += 3)
    for (const [c, from] of [2, 0, 1].entries()) assert.ok(Math.abs(third[i + c] - photo[i + from]) < 1e-3);
});

test("four images in five are changed, none beyond black and white, each alone and with as many draws", () => {
  const many = images(400);
  const changed = colour(many, rngs(400));
  const size = photo.length;
  const of = (values: Float32Array, at: number) => values.subarray(at * size, (at + 1) * size);
  const count = Array.from({ length: 400 }, (_, at) =>
    of(changed, at).some((value, i) => value !== of(many.values, at)[i]),
  );
  const share = count.filter(Boolean).length / 400;
  assert.ok(Math.abs(share - 0.8) < 5 * Math.sqrt(0.16 / 400), `${share}`);
  assert.ok(bytes(changed).every((value) => value > -1e-3 && value < 255 + 1e-3));
  assert.deepEqual(colour(images(1), [stream(1, "colour", 7)]), of(changed, 7).slice());
  const [changing, still] = [stream(2, "draws"), stream(2, "draws")];
  colour(images(1), [changing], { probability: 1 });
  colour(images(1), [still], { probability: 0 });
  assert.equal(changing.uniform(), still.uniform());
});

test("through 8 bits values are cut off, not rounded, whether colours change or not", () => {
  const values = standardised(photo);
  const still = bytes(
    colour({ values, shape: [1, 4, 5, 3] }, [stream(0, "still")], { probability: 0, quantise8: true }),
  );
  for (const [i, value] of still.entries()) {
    assert.ok(Math.abs(value - Math.round(value)) < 1e-3);
    assert.ok(photo[i] - Math.round(value) === 0 || photo[i] - Math.round(value) === 1);
  }
});
