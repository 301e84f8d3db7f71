import assert from "node:assert/strict";
import { before, test } from "node:test";
import { convBias } from "../../lib/engine/ops/conv.js";
import { resize } from "../../lib/engine/ops/resize.js";
import { disposeParams } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { auxiliaryOutput, auxiliaryOutputInit } from "../../lib/heads/auxiliaryOutput.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

for (const [coarse, kernel] of [
  [
    [2, 3],
    [3, 3],
  ],
  [
    [2, 3, 1],
    [1, 1, 1],
  ],
])
  test(`a convolution of ${kernel.join("×")} gives the logits, and upsampling their size: repeated, or with the corners kept (${coarse.length}D)`, async () => {
    const map = tf
      .range(0, 12 * coarse.reduce((a, b) => a * b))
      .sin()
      .reshape([2, ...coarse, 6]);
    const head = auxiliaryOutputInit(stream(0, "init"), coarse.length, 6, 3);
    assert.deepEqual(head.weight.shape, [...kernel, 6, 3]);
    const logits = convBias(map, head.weight, head.bias);
    const size = coarse.map((length) => 4 * length);
    const linear = auxiliaryOutput(map, head, { size, upsampling: "linear" });
    assertClose(await linear.data(), await resize(logits, size).data(), 1e-6, "linear");
    const nearest = auxiliaryOutput(map, head, { size, upsampling: "nearest" });
    assert.deepEqual(nearest.shape, [2, ...size, 3]);
    const every = coarse.map((length) => tf.range(0, 4 * length, 4, "int32")); // one of each block
    const taken = every.reduce((seen, places, axis) => tf.gather(seen, places, axis + 1), nearest);
    assertClose(await taken.data(), await logits.data(), 1e-6, "nearest");
    disposeParams(head);
  });
