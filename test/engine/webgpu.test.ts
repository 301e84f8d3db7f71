import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { type ConvOptions, conv } from "../../lib/engine/ops/conv.js";
import { depthwise } from "../../lib/engine/ops/depthwise.js";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { adamUpdate, average, sgdUpdate } from "../../lib/engine/ops/update.js";
import { disposeParams, flatten, statistic, trainable, trainableByPath } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { supervised } from "../../lib/losses/supervised.js";
import { unet } from "../../lib/networks/unet.js";
import { Problem } from "../../lib/problem.js";
import { forms } from "./forms.js";
import { assertClose, sizeOf } from "./numbers.js";
import { assertEqualOutcome, gradientErrors, type Operation, outcome } from "./ops/operation.js";
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
      "tf.env().set('WEBGPU_CPU_FORWARD', false); console.log(await tf.ones([2, 3, 3, 3, 2]).stridedSlice([0, 0, 0, 0, 0], [2, 3, 3, 3, 2], [1, 2, 2, 2, 1]).data()); console.log('went on');",
    );
    assert.doesNotMatch(stdout, /went on/);
    assert.match(stderr, /Problem: WebGPU: Error while parsing WGSL/);
    assert.equal(status, 1);
  });

  for (const operation of [...operations, ...wide])
    await on.test(`${operation.name}: the same as in plain JavaScript`, async () =>
      assertEqualOutcome(await outcome(operation), await forms.composed(() => outcome(operation)), 1e-4, "WebGPU"),
    );

  for (const operation of random)
    await on.test(`${operation.name}: the gradients are the slopes`, async () => {
      for (const [input, error] of Object.entries(await gradientErrors(operation, await outcome(operation), 1)))
        assert.ok(error < 2e-4, `the gradient of ${input} is off by ${error}`);
    });

  for (const [name, act] of Object.entries(kernels))
    await on.test(`${name}, of up to six axes and every type: the same as in plain JavaScript`, async () => {
      for (const rank of [1, 2, 3, 4, 5, 6])
        for (const type of ["float32", "int32", "bool"] as const)
          if (act.length < 2 || type === "float32") {
            const [gpu, javascript] = [
              await valuesOf(act, rank, type),
              await forms.composed(() => valuesOf(act, rank, type)),
            ];
            assertClose(gpu, javascript, 1e-5, `${name}, ${rank} axes of ${type}`);
          }
    });

  await on.test("sums are exact where there are many values, and counts of more than 2²⁴", async () => {
    const ones = tf.ones([300, 700, 3], "int32");
    const [all, columns] = [ones.sum(), ones.sum([0, 1])];
    assert.deepEqual([...(await all.data()), ...(await columns.data())], [630_000, 210_000, 210_000, 210_000]);
    const large = tf.tensor1d([2 ** 24, 1, 1], "int32").sum();
    assert.deepEqual([...(await large.data())], [2 ** 24 + 2]);
    tf.dispose([ones, all, columns, large]);
  });

  await on.test("more rows than one dispatch takes are multiplied, gathered and put back", async () => {
    const rows = 8 * 65_535 + 8;
    const x = tf.fill([rows, 2], 0.5);
    const product = x.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2])) as tf.Tensor2D;
    const ends = tf.concat([product.slice([0, 0], [1, 2]), product.slice([rows - 1, 0], [1, 2])]);
    assert.deepEqual([...(await ends.data())], [2, 3, 2, 3]);
    const count = 2 ** 20 + 32; // beyond what a transpose through shared memory takes
    const places = tf.range(0, count, 1, "int32").mod(tf.scalar(7, "int32"));
    const slope = tf.grad((table: tf.Tensor) => tf.gather(table, places as tf.Tensor1D).sum())(tf.zeros([7]));
    const counts = [...(await slope.data())];
    assert.deepEqual(
      counts,
      Array.from({ length: 7 }, (_, place) => Math.ceil((count - place) / 7)),
    );
    tf.dispose([x, product, ends, places, slope]);
  });

  for (const type of ["float32", "int32"] as const)
    await on.test(
      `sums by segment, of rows of ${type}: the same as in plain JavaScript, negative segments left out`,
      async () => {
        const sums = () => {
          const x = tf.range(0, 60, 1, type).reshape([5, 4, 3]);
          const segmentIds = tf.tensor1d([2, 0, -1, 2, 1], "int32");
          const inputs = { x, segmentIds };
          return (tf.engine().runKernel("UnsortedSegmentSum", inputs, { numSegments: 4 }) as tf.Tensor).data();
        };
        assert.deepEqual([...(await sums())], [...(await forms.composed(sums))]);
      },
    );

  for (const [name, update] of Object.entries(updates))
    await on.test(`${name}: the same as in plain JavaScript`, async () => {
      const [gpu, javascript] = [await update(), await forms.composed(update)];
      for (const [at, values] of javascript.entries()) assertClose(gpu[at], values, 1e-6, `${name}, tensor ${at}`);
    });

  await on.test("values and uniforms of many programs that wait for one another do not mix", async () => {
    const sums = tf.tidy(() =>
      Array.from({ length: 300 }, (_, i) =>
        tf
          .tensor1d([i, 2 * i])
          .mul(tf.scalar(i / 7))
          .add(tf.scalar(i))
          .sum(),
      ),
    );
    const found = await Promise.all(sums.map(async (sum) => (await sum.data())[0]));
    for (const [i, value] of found.entries()) assertClose([value], [(3 * i * i) / 7 + 2 * i], 1e-5, `sum ${i}`);
    tf.dispose(sums);
  });

  await on.test(
    "a training step of a U-Net: the same loss, gradients, weights and logits as in plain JavaScript",
    async () => {
      const [gpu, javascript] = [await trainingStep(), await forms.composed(trainingStep)];
      for (const [name, values] of Object.entries(javascript)) assertClose(gpu[name], values, 1e-4, name);
    },
  );
});

/** Convolutions whose channels WebGPU takes four at a time. */
const wide: readonly Operation[] = [
  wideConvolution([2, 5, 6, 8], [3, 3, 8, 4]),
  wideConvolution([1, 5, 6, 3], [3, 3, 3, 8], { stride: 2 }),
  wideConvolution([1, 6, 5, 4], [1, 1, 4, 3]),
  wideConvolution([2, 4, 5, 3, 4], [3, 3, 3, 4, 8]),
  wideConvolution([1, 4, 6, 2, 4], [2, 2, 2, 4, 4], { stride: 2, padding: "valid" }),
  {
    name: "depthwise convolution of eight channels",
    inputs: { x: { shape: [2, 7, 6, 8] }, filter: { shape: [5, 5, 8, 1] } },
    run: ({ x, filter }) => depthwise(x, filter, { stride: 2 }),
  },
];

function wideConvolution(image: readonly number[], kernel: readonly number[], options?: ConvOptions): Operation {
  return {
    name: `convolution of ${image.join("×")} by ${kernel.join("×")}`,
    inputs: { x: { shape: image }, filter: { shape: kernel } },
    run: ({ x, filter }) => conv(x, filter, options),
  };
}

/** Three updates of two variables by each rule, and what is left in them and in their memories. */
const updates: Record<string, () => Promise<number[][]>> = {
  "SGD with momentum": () =>
    moved((w, [v], g, step) => sgdUpdate(w, v, g, { ...settings, rate: 0.1 / (step + 1), nesterov: false })),
  "SGD with Nesterov's momentum": () =>
    moved((w, [v], g) => sgdUpdate(w, v, g, { ...settings, rate: 0.1, nesterov: true })),
  Adam: () =>
    moved((w, [first, second], g, step) =>
      adamUpdate(w, { first, second }, g, { rate: 0.1, weightDecay: 0.01, step: step + 1 }),
    ),
  "moving average": () =>
    moved((w, [v], g, step) => {
      for (const [at, one] of w.entries()) one.assign(one.add(g[at]));
      average(v, w, 0.9 + step / 100);
    }),
};

const settings = { momentum: 0.9, weightDecay: 0.01 };

async function moved(
  update: (variables: tf.Variable[], memories: tf.Variable[][], gradients: tf.Tensor[], step: number) => void,
): Promise<number[][]> {
  const values = (phase: number) =>
    [[3], [2, 4]].map((shape) =>
      tf.tensor(
        Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i + phase)),
        shape,
      ),
    );
  const variables = values(1).map((value) => tf.variable(value));
  const memories = [2, 3].map((phase) => values(phase).map((value) => tf.variable(phase === 3 ? value.abs() : value)));
  for (let step = 0; step < 3; step++) update(variables, memories, values(4 + step), step);
  const all = [variables, ...memories].flat();
  const found = await Promise.all(all.map(async (variable) => [...(await variable.data())]));
  tf.dispose(all);
  return found;
}

type Act = (x: tf.Tensor, floats?: tf.Tensor) => tf.Tensor;

const everyAxis = ({ rank }: tf.Tensor) => Array.from({ length: rank }, (_, axis) => axis);

/** What TensorFlow.js's WebGPU backend does not do for every rank and type: with two parameters, of float32 alone. */
const kernels: Record<string, Act> = {
  "axes in another order": (x) => x.transpose(everyAxis(x).map((axis) => (axis + 1) % x.rank)),
  "axes backwards": (x) => x.transpose(),
  "sum of the first axis": (x) => x.sum(0),
  "sum of every other axis": (x) => x.sum(everyAxis(x).filter((axis) => axis % 2 === 0)),
  "mean of all": (x) => x.mean(),
  "mean of the last axis, kept": (x) => x.mean(-1, true),
  "largest of the first axis": (x) => x.max(0),
  "smallest of the last axis": (x) => x.min(-1),
  "product of all": (x) => x.prod(),
  "any and all": (x) => x.cast("bool").any(0).cast("int32").add(x.cast("bool").all(-1).cast("int32").sum()),
  "place of the largest": (x) => x.argMax(0),
  "place of the smallest": (x) => x.argMin(-1),
  padding: (x) =>
    tf.pad(
      x,
      x.shape.map((_, axis) => [axis % 2, 1]),
    ),
  repetition: (x) => x.tile(x.shape.map((_, axis) => (axis % 2) + 1)),
  reversal: (x) => x.reverse([0]).reverse([x.rank - 1]),
  "sums so far": (x) => tf.cumsum(x.cast("float32"), 0).add(tf.cumsum(x.cast("float32"), x.rank - 1)),
  "sum of more tensors than a shader reads": (x) => tf.addN(Array<tf.Tensor>(20).fill(x.cast("float32"))),
  "product with a row": (x) => x.mul(x.max(everyAxis(x).slice(0, -1))),
  "difference from a mean over every other axis": (x, _) =>
    x.sub(
      x.mean(
        everyAxis(x).filter((axis) => axis % 2 === 0),
        true,
      ),
    ),
  "choice by a condition": (x) => x.where(x.cast("bool"), x.mul(x)),
};

/** What a kernel makes of small whole numbers that lie on the device. */
async function valuesOf(act: Act, rank: number, type: "float32" | "int32" | "bool"): Promise<ArrayLike<number>> {
  const shape = [2, 3, 2, 4, 2, 3].slice(0, rank);
  const values = Int32Array.from({ length: sizeOf(shape) }, (_, i) => (type === "bool" ? i % 2 : ((i * 7) % 5) - 2));
  const result = tf.tidy(() => {
    const x = tf.concat([tf.tensor(values, shape, "int32").cast(type), tf.tensor(values, shape, "int32").cast(type)]);
    return act(x, x);
  });
  const found = await result.data();
  result.dispose();
  return found;
}

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
