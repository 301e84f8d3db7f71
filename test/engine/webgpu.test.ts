import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { sgdUpdate } from "../../lib/engine/ops/update.js";
import { disposeParams, flatten, statistic, trainable, trainableByPath } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { supervised } from "../../lib/losses/supervised.js";
import { unet } from "../../lib/networks/unet.js";
import { Problem } from "../../lib/problem.js";
import { forms } from "./forms.js";
import { assertClose } from "./numbers.js";
import { assertEqualOutcome, gradientErrors, outcome } from "./ops/operation.js";
import { operations, random } from "./ops/operations.js";

/** Why there is nothing to test, where no adapter answers. */
const skip = await startEngine("webgpu").then(
  () => undefined,
  (error: unknown) => (error instanceof Problem ? error.message : Promise.reject(error)),
);

const root = resolve(import.meta.dirname, "../..");

/** What a new process says that runs some lines on WebGPU, and how it ended. */
function onGpu(lines: string, environment: Record<string, string> = {}) {
  const program = `import { startEngine } from "./lib/engine/start.ts"; import * as tf from "./lib/engine/tf.ts"; await startEngine("webgpu"); ${lines}`;
  const options = { cwd: root, env: { ...process.env, ...environment }, encoding: "utf8", timeout: 60_000 } as const;
  return spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], options);
}

test("without an adapter there is a Problem that says what to install", { skip: process.platform !== "linux" }, () => {
  const { stderr, status } = onGpu("", { VK_DRIVER_FILES: "/nonexistent.json", VK_ICD_FILENAMES: "/nonexistent.json" });
  assert.equal(status, 1);
  assert.match(stderr, /Problem: ARCO_ENGINE=webgpu: no GPU answers; install a Vulkan driver/);
});

test("on WebGPU", { skip }, async (on) => {
  tf.env().set("WEBGPU_CPU_FORWARD", false); // small tensors too are to go to the GPU

  await on.test("the process ends by itself", () => {
    const { stdout, status } = onGpu(
      "console.log((await tf.ones([100, 100]).matMul(tf.ones([100, 100])).sum().data())[0]);",
    );
    assert.deepEqual([stdout, status], ["1000000\n", 0]);
  });

  await on.test("what the GPU cannot compute ends the process: it never goes on with wrong numbers", () => {
    const { stdout, stderr, status } = onGpu(
      "console.log(await tf.pad(tf.ones([2, 3, 3, 3, 2]), [[0, 0], [1, 1], [1, 1], [1, 1], [0, 0]]).data()); console.log('went on');",
    );
    assert.doesNotMatch(stdout, /went on/);
    assert.match(stderr, /Problem: WebGPU: Error while parsing WGSL/);
    assert.equal(status, 1);
  });

  for (const operation of operations)
    await on.test(`${operation.name}: the same as in plain JavaScript`, async () =>
      assertEqualOutcome(await outcome(operation), await forms.composed(() => outcome(operation)), 1e-4, "WebGPU"),
    );

  for (const operation of random)
    await on.test(`${operation.name}: the gradients are the slopes`, async () => {
      for (const [input, error] of Object.entries(await gradientErrors(operation, await outcome(operation), 1)))
        assert.ok(error < 2e-4, `the gradient of ${input} is off by ${error}`);
    });

  await on.test(
    "a training step of a U-Net: the same loss, gradients, weights and logits as in plain JavaScript",
    async () => {
      const [gpu, javascript] = [await trainingStep(), await forms.composed(trainingStep)];
      for (const [name, values] of Object.entries(javascript)) assertClose(gpu[name], values, 1e-4, name);
    },
  );
});

/** One step of a small U-Net from the same weights, image and masks, and the logits after it. */
async function trainingStep(): Promise<Record<string, ArrayLike<number>>> {
  const network = unet({ channels: 1, classes: 3, widths: [3, 4, 5] });
  const params = network.init(stream(0, "init"));
  const image = tf.tensor(
    Float32Array.from({ length: 192 }, (_, i) => Math.sin(i * i)),
    [2, 8, 12, 1],
  );
  const labels = tf.tensor(
    Int32Array.from({ length: 192 }, (_, i) => i % 3),
    [2, 8, 12],
    "int32",
  );
  const weights = trainable(params);
  const velocities = weights.map(({ shape }) => statistic(tf.zeros(shape)));
  const { terms, gradients } = lossAndGradients(weights, () => ({
    loss: supervised(
      network.apply(params, image, { training: true, masks: maskSeeds(0, "student", 0) }).logits,
      labels,
    ),
  }));
  sgdUpdate(weights, velocities, gradients, { rate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 });
  const results: Record<string, ArrayLike<number>> = {
    loss: await terms.loss.data(),
    logits: await network.apply(params, image, { training: false }).logits.data(),
  };
  for (const [i, path] of Object.keys(trainableByPath(params)).entries())
    results[`gradient of ${path}`] = await gradients[i].data();
  for (const [path, variable] of Object.entries(flatten(params))) results[path] = await variable.data();
  tf.dispose([image, labels, terms, gradients, velocities]);
  disposeParams(params);
  return results;
}
