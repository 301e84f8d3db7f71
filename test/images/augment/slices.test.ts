import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { type AugmentOptions, augment, augmentationFrom, augmentationOf } from "../../../lib/images/augment/slices.js";
import { flip, rot90 } from "../../../lib/images/geometry/resample.js";
import { Problem } from "../../../lib/problem.js";

const side = 64;
const shape = [side, side];
const numbered = Float32Array.from({ length: side * side }, (_, i) => i + 1); // every pixel has its own value, 0 means from outside
const key = (image: Float32Array) => image.join();
const mirrors = new Set([0, 1, 2, 3].map((k) => key(flip(rot90(numbered, shape, k), shape, 1))));

/** What became of a picture: one of four mirror images, a shift (0 included), or a turn. */
function kind(image: Float32Array): string {
  const text = key(image);
  if (mirrors.has(text)) return text;
  const at = image.findIndex((value) => value > 0);
  const [down, right] = [
    Math.floor((image[at] - 1) / side) - Math.floor(at / side),
    ((image[at] - 1) % side) - (at % side),
  ];
  const isShift = image.every((value, i) => {
    const [y, x] = [Math.floor(i / side) + down, (i % side) + right];
    return value === (y >= 0 && y < side && x >= 0 && x < side ? y * side + x + 1 : 0);
  });
  return isShift ? `shift ${down} ${right}` : "turn";
}

function frequencies(options: AugmentOptions, draws: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i < draws; i++) {
    const name = kind(augment({ image: numbered, shape }, options, stream(7, "augment", i)).image);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function assertShare(count: number, draws: number, share: number): void {
  const deviation = Math.sqrt(draws * share * (1 - share));
  assert.ok(
    Math.abs(count - draws * share) <= 4 * deviation,
    `${count} of ${draws}, expected ${draws * share} ± ${4 * deviation}`,
  );
}

test("half of the pictures are mirrored, a quarter turned by a small angle, an eighth cropped, an eighth left alone", () => {
  const draws = 4000;
  const counts = frequencies(augmentationOf("lab"), draws);
  for (const mirror of mirrors) assertShare(counts.get(mirror) ?? 0, draws, 1 / 8);
  const shifts = [...counts].filter(([name]) => name.startsWith("shift "));
  const places = 13 * 13; // crops begin from 6 before to 6 behind
  assertShare(counts.get("turn") ?? 0, draws, (1 / 4) * (39 / 40)); // one angle of 40 is 0
  assertShare(counts.get("shift 0 0") ?? 0, draws, 1 / 8 + 1 / 160 + 1 / 8 / places);
  const moved = shifts.filter(([name]) => name !== "shift 0 0");
  assertShare(
    moved.reduce((sum, [, count]) => sum + count, 0),
    draws,
    (1 / 8) * (1 - 1 / places),
  );
  assert.deepEqual(
    [
      Math.min(...moved.map(([name]) => Number(name.split(" ")[1]))),
      Math.max(...moved.map(([name]) => Number(name.split(" ")[2]))),
    ],
    [-6, 6],
  );
});

test("the released crop changes nothing", () => {
  const counts = frequencies(augmentationOf("released"), 1000);
  assert.deepEqual(
    [...counts.keys()].filter((name) => name.startsWith("shift ")),
    ["shift 0 0"],
  );
  assertShare(counts.get("shift 0 0") ?? 0, 1000, 1 / 4 + 1 / 160);
});

test("a switch takes away its own motion and leaves the others as they were drawn", () => {
  const all = augmentationOf("lab");
  for (let i = 0; i < 300; i++) {
    const draw = (options: Partial<AugmentOptions>) =>
      augment({ image: numbered, shape }, { ...all, ...options }, stream(3, "pairs", i)).image;
    const [usual, unturned, unflipped, uncropped] = [
      draw({}),
      draw({ rotation: false }),
      draw({ flip: false }),
      draw({ crop: false }),
    ];
    const smallAngles = draw({ quarterTurns: false });
    const name = kind(usual);
    if (!mirrors.has(name)) assert.deepEqual(smallAngles, usual);
    if (name === "turn") assert.deepEqual([kind(unturned), unflipped, uncropped], ["shift 0 0", usual, usual]);
    else if (name.startsWith("shift"))
      assert.deepEqual([unturned, unflipped, kind(uncropped)], [usual, usual, "shift 0 0"]);
    else {
      assert.deepEqual(smallAngles, unturned);
      assert.ok([0, 1].some((axis) => key(unturned) === key(flip(numbered, shape, axis))));
      assert.ok([0, 1, 2, 3].some((k) => key(unflipped) === key(rot90(numbered, shape, k))));
      assert.deepEqual(uncropped, usual);
    }
  }
  const none = { ...all, rotation: false, flip: false, crop: false };
  for (let i = 0; i < 50; i++)
    assert.deepEqual(augment({ image: numbered, shape }, none, stream(4, i)).image, numbered);
});

test("horizontal flips mirror left and right only", () => {
  const options = { ...augmentationOf("paper"), rotation: false, crop: false };
  const seen = new Set(
    Array.from({ length: 60 }, (_, i) => key(augment({ image: numbered, shape }, options, stream(5, i)).image)),
  );
  assert.deepEqual(seen, new Set([key(numbered), key(flip(numbered, shape, 1))]));
});

for (const [height, width, channels] of [
  [64, 48, 1],
  [32, 32, 3],
  [17, 30, 2],
])
  test(`image and label of ${height}×${width}×${channels} move alike, keep their shape, and no value is invented`, () => {
    const label = Int8Array.from({ length: height * width }, (_, i) => (i % 5) - 1);
    const image = Float32Array.from(
      { length: height * width * channels },
      (_, i) => label[Math.floor(i / channels)] * 10 + (i % channels) + 20,
    );
    for (let i = 0; i < 200; i++) {
      const moved = augment({ image, label, shape: [height, width] }, augmentationOf("lab"), stream(11, height, i));
      assert.deepEqual(
        [moved.image.length, moved.label?.length, moved.shape],
        [image.length, label.length, [height, width]],
      );
      for (const [at, value] of (moved.label ?? []).entries())
        for (let c = 0; c < channels; c++) {
          const found = moved.image[at * channels + c];
          assert.ok(
            found === value * 10 + c + 20 || (found === 0 && value === 0),
            `draw ${i}: ${found} beside label ${value}`,
          );
        }
    }
  });

test("linear interpolation moves the image with its label, and only where an angle turns it", () => {
  const image = Float32Array.from(numbered, (_, i) => Math.floor(i / side));
  for (let i = 0; i < 100; i++) {
    const rng = () => stream(13, i);
    const nearest = augment({ image, shape }, augmentationOf("lab"), rng()).image;
    const linear = augment({ image, shape }, { ...augmentationOf("lab"), interpolation: "linear" }, rng()).image;
    const difference = Math.max(...linear.map((value, at) => Math.abs(value - nearest[at])));
    assert.ok(difference <= 0.5 + 1e-5, `draw ${i} differs by ${difference}`); // a ramp of slope 1: half a pixel at most
  }
});

test("an unknown option or word is an error that names what is known", () => {
  assert.throws(
    () => augmentationFrom({ rotations: true }),
    (error) => error instanceof Problem && /"rotations".*rotation, quarterTurns, flip/.test(error.message),
  );
  assert.throws(
    () => augmentationFrom({ randomCrop: "labs" }),
    (error) => error instanceof Problem && /randomCrop: found "labs", expected lab or released/.test(error.message),
  );
  assert.throws(() => augmentationFrom({ flip: 1 }), Problem);
  assert.deepEqual(augmentationFrom({}), augmentationOf("lab"));
});
