import assert from "node:assert/strict";
import { test } from "node:test";
import { type Decoded, shelf } from "../../lib/benchmarks/shelf.js";
import { stream } from "../../lib/engine/random.js";

const pixels = 12;
const groups = [
  { slices: 3, labeled: true },
  { slices: 2, labeled: false },
  { slices: 400, labeled: true },
];
const hard = [0, -0, 1e-45, Number.MAX_VALUE, -1.5, 1 / 3].map(Math.fround);

/** Few distinct values in the first groups, more than a palette holds in the last. */
function decoded(group: number): Decoded {
  const rng = stream(0, group);
  const size = groups[group].slices * pixels;
  const images = Float32Array.from({ length: size }, (_, i) => (group === 2 ? rng.normal() : hard[i % hard.length]));
  return {
    images,
    labels: groups[group].labeled ? Int8Array.from({ length: size }, (_, i) => (i % 5) - 1) : undefined,
  };
}

test("what is read is what was decoded, bit for bit, and each group is decoded once", async () => {
  const calls: number[] = [];
  const decode = async (group: number) => {
    calls.push(group);
    return decoded(group);
  };
  const first = shelf(groups, pixels, 1, decode);
  const second = shelf(groups, pixels, 1, () => Promise.reject(new Error("decoded again")), first.memory); // as another thread would open it
  for (const { read } of [first, second])
    for (const [group, { slices, labeled }] of groups.entries())
      await Promise.all(
        Array.from({ length: slices }, async (_, slice) => {
          const { image, label } = await read(group, slice);
          const { images, labels } = decoded(group);
          assert.deepEqual(
            new Uint8Array(image.buffer),
            new Uint8Array(images.slice(slice * pixels, (slice + 1) * pixels).buffer),
          );
          assert.deepEqual(label, labeled ? labels?.slice(slice * pixels, (slice + 1) * pixels) : undefined);
        }),
      );
  assert.deepEqual(calls, [0, 1, 2]);
});

test("what a caller does with its arrays reaches nobody else", async () => {
  const { read } = shelf(groups, pixels, 1, async (group) => decoded(group));
  (await read(0, 1)).image.fill(9);
  (await read(0, 1)).label?.fill(9);
  assert.deepEqual(await read(0, 1), {
    image: decoded(0).images.slice(pixels, 2 * pixels),
    label: decoded(0).labels?.slice(pixels, 2 * pixels),
  });
});

test("a group that could not be decoded is tried again", async () => {
  let tries = 0;
  const { read } = shelf(groups, pixels, 1, async (group) => {
    if (tries++ === 0) throw new Error("disk");
    return decoded(group);
  });
  await assert.rejects(read(0, 0), /disk/);
  assert.equal((await read(0, 0)).image.length, pixels);
});
