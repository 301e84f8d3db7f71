import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import type { Images } from "../../lib/images/augment/photometric.js";
import { makeView } from "../../lib/images/augment/views.js";
import { relationalViews } from "../../lib/pretraining/views.js";

const [count, size] = [12, 8];
const shape = [count, size, size, 1];
const length = size * size;
const settings: Parameters<typeof relationalViews>[0] & { seed: number; step: number } = {
  seed: 0,
  step: 0,
  views: "independent",
  jitter: 0.2,
  quantise8: false,
};

/** Both views of images. */
function viewsOf(images: Images, { seed, step, ...options }: typeof settings) {
  const { student, teacher } = relationalViews(options);
  return {
    student: makeView(images, student.steps, { seed, step, view: "student" }),
    teacher: makeView(images, teacher.steps, { seed, step, view: "teacher" }),
  };
}

/** Images of one value each: brightness changes them, contrast and blur do not. */
const flat = { values: Float32Array.from({ length: count * length }, (_, i) => 1 + Math.floor(i / length)), shape };

const noise = () => {
  const rng = stream(0, "noise");
  return { values: Float32Array.from({ length: count * length }, () => rng.normal()), shape };
};

const image = (values: Float32Array, at: number) => Array.from(values.subarray(at * length, (at + 1) * length));
const differing = (first: Float32Array, second: Float32Array) =>
  Array.from({ length: count }, (_, at) => at).filter((at) => `${image(first, at)}` !== `${image(second, at)}`);

test("independent views differ in brightness, contrast and blur; the seed and the step decide them", () => {
  const { student, teacher } = viewsOf(flat, settings);
  // equal only where neither is jittered: a quarter of the images
  assert.ok(differing(student.values, teacher.values).length > count / 2);
  assert.deepEqual(viewsOf(flat, settings), { student, teacher });
  for (const other of [{ seed: 1 }, { step: 1 }])
    assert.notDeepEqual(viewsOf(flat, { ...settings, ...other }).student.values, student.values);
});

test("with blurOnly the views have the same brightness and contrast, and about half of the teacher's are blurred", () => {
  const views = "blurOnly";
  const even = viewsOf(flat, { ...settings, views });
  for (const [i, value] of even.student.values.entries()) assert.ok(Math.abs(value - even.teacher.values[i]) < 1e-4);
  assert.notDeepEqual(even.student.values, flat.values);
  let blurred = 0;
  const steps = 20;
  for (let step = 0; step < steps; step++) {
    const { student, teacher } = viewsOf(noise(), { ...settings, views, step });
    for (const at of differing(student.values, teacher.values)) {
      blurred++;
      assert.ok(roughness(image(teacher.values, at)) < roughness(image(student.values, at)));
    }
  }
  const trials = steps * count;
  assert.ok(Math.abs(blurred - trials / 2) < 4 * Math.sqrt(trials / 4), `${blurred} of ${trials}`);
});

test("the student's view never passes through 8 bits, the teacher's does when asked for", () => {
  const [plain, coarse] = [false, true].map((quantise8) => viewsOf(noise(), { ...settings, quantise8 }));
  assert.deepEqual(coarse.student, plain.student);
  for (let at = 0; at < count; at++) assert.ok(new Set(image(coarse.teacher.values, at)).size <= 256);
  assert.equal(differing(coarse.teacher.values, plain.teacher.values).length, count);
});

/** Sum of squared differences of neighbours on a row. */
const roughness = (values: number[]) =>
  values.reduce((sum, value, i) => sum + (i % size === 0 ? 0 : (value - values[i - 1]) ** 2), 0);

test("identical views are changed, by as much as the jitter allows, and the same", () => {
  const { student, teacher } = viewsOf(flat, { ...settings, views: "identical", jitter: 0.02 });
  assert.deepEqual(student.values, teacher.values);
  assert.notDeepEqual(student.values, flat.values);
  for (const [i, value] of student.values.entries()) assert.ok(Math.abs(value / flat.values[i] - 1) <= 0.02 + 1e-6);
});
