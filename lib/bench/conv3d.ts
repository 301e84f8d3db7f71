import { isNative } from "../engine/native.js";
import { backpropFilter, backpropInput, forward } from "../engine/ops/conv.js";
import * as tf from "../engine/tf.js";
import { Problem } from "../problem.js";
import { type Bench, hundredths, median, sidesOf, timed } from "./bench.js";
import { volume } from "./vnet.js";

type Pass = () => tf.Tensor;

/** The convolutions of 3×3×3 on the levels of a V-Net with their two gradients, in turns with other ways to compute them. */
export const conv3d: Bench = {
  title: "3×3×3 convolutions of a V-Net's four levels and their gradients, in turns with other ways to compute them",
  defaults: { ...volume, labeled: 1, steps: 5 },
  async run({ size, labeled, steps }) {
    if (!isNative()) throw new Problem("bench conv3d: compares kernels of native TensorFlow; unset ARCO_ENGINE");
    const levels = [];
    let times: number[] = new Array(steps).fill(0);
    for (let level = 0; level < 4; level++) {
      const sides = sidesOf(size).map((side) => Math.ceil(side / 2 ** level));
      const channels = 16 * 2 ** level;
      const shape = [labeled, ...sides, channels];
      const [x, dy, filter] = [shape, shape, [3, 3, 3, channels, channels]].map((one) => tf.randomNormal(one));
      const passes = passesOf(x, dy, filter);
      const found = await inTurns(passes, steps);
      const apart = await largestDifference(passes);
      tf.dispose([x, dy, filter]);
      times = times.map((sum, step) => sum + ours.reduce((all, name) => all + found[name][step], 0));
      const ms = Object.fromEntries(Object.entries(found).map(([name, each]) => [name, hundredths(median(each))]));
      levels.push({ size: sides.join("x"), channels, ms, apart: hundredths(1e6 * apart) / 1e6 });
    }
    return { times, size, labeled, levels };
  },
};

const ours = ["forward", "inputGradient", "filterGradient"];

/** Ours as the networks use them, TensorFlow's Conv3D, and two compositions of a forward pass. */
function passesOf(x: tf.Tensor, dy: tf.Tensor, filter: tf.Tensor): Record<string, Pass> {
  const geometry = sameSize(x, filter);
  return {
    forward: () => forward(x, filter, geometry),
    "forward, TensorFlow's Conv3D": () => forward(x, filter, geometry, null),
    "forward, three Conv2D summed": () => tf.tidy(() => bySlices(x, filter)),
    "forward, one product of 27 neighbours": () => tf.tidy(() => byNeighbours(x, filter)),
    inputGradient: () => backpropInput(dy, filter, geometry),
    "inputGradient, TensorFlow's": () => backpropInput(dy, filter, geometry, null),
    filterGradient: () => backpropFilter(x, dy, geometry),
    "filterGradient, TensorFlow's": () => backpropFilter(x, dy, geometry, null),
  };
}

/** A convolution that keeps the size. */
const sameSize = (x: tf.Tensor, filter: tf.Tensor) => ({
  shape: [...x.shape, ...filter.shape],
  stride: 1,
  dilation: 1,
  padding: "same" as const,
});

/** Each plane of the filter over all slices as images, each result moved by its place along the first axis. */
function bySlices(x: tf.Tensor, filter: tf.Tensor): tf.Tensor {
  const [batch, nx, ny, nz, channels] = x.shape;
  const images = x.reshape([batch * nx, ny, nz, channels]);
  const planes = tf.unstack(filter).map((plane) => {
    return forward(images, plane, sameSize(images, plane)).reshape([batch, nx, ny * nz * channels]);
  });
  const sum = tf.addN(planes.map((plane, at) => shifted(plane, 1 - at)));
  return sum.reshape(x.shape);
}

/** Rows moved along the second axis by one place, with zeros where nothing moves in. */
function shifted(rows: tf.Tensor, by: number): tf.Tensor {
  if (by === 0) return rows;
  const [, length] = rows.shape as number[];
  const kept = rows.slice([0, Math.max(0, -by), 0], [-1, length - 1, -1]);
  return tf.pad(kept, [
    [0, 0],
    [Math.max(0, by), Math.max(0, -by)],
    [0, 0],
  ]);
}

/** The 27 neighbours of each voxel side by side, times the filter as a matrix. */
function byNeighbours(x: tf.Tensor, filter: tf.Tensor): tf.Tensor {
  const [batch, nx, ny, nz, channels] = x.shape;
  const wide = tf.pad(x as tf.Tensor5D, [
    [0, 0],
    [1, 1],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  const neighbours = Array.from({ length: 27 }, (_, at) => {
    const from = [Math.floor(at / 9), Math.floor(at / 3) % 3, at % 3];
    return wide.slice([0, ...from, 0], [batch, nx, ny, nz, channels]).reshape([-1, channels]);
  });
  return tf
    .concat(neighbours, 1)
    .matMul(filter.reshape([27 * channels, -1]) as tf.Tensor2D)
    .reshape(x.shape);
}

/** Between ours and each other way, as a share of the largest value. */
async function largestDifference(passes: Record<string, Pass>): Promise<number> {
  const differences = Object.keys(passes).map((name) =>
    tf.tidy(() => {
      const [mine, other] = [passes[name.split(",")[0]](), passes[name]()];
      return mine.sub(other).abs().max().div(mine.abs().max());
    }),
  );
  const found = await Promise.all(differences.map(async (one) => (await one.data())[0]));
  tf.dispose(differences);
  return Math.max(...found);
}

/** Milliseconds of each pass, once each a turn. */
async function inTurns(passes: Record<string, Pass>, steps: number): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = Object.fromEntries(Object.keys(passes).map((name) => [name, []]));
  for (let turn = -1; turn < steps; turn++)
    for (const [name, pass] of Object.entries(passes)) {
      const [ms] = await timed(1, async () => tf.dispose(pass()), 0);
      if (turn >= 0) found[name].push(ms);
    }
  return found;
}
