import * as tf from "../tf.js";
import { as, free, type Info, type Inputs, run, sizeOf } from "./kernel.js";
import { partsOf, reduce } from "./reduce.js";

/** As the native operation of the same name has them. */
interface Settings {
  epsilon: number;
  momentum: number;
  slope: number;
  ceiling: number;
  training: boolean;
}

/** Batch normalisation with activation in a dozen programs a step, where operations of TensorFlow.js take sixty; without dropout. */
export function registerNorm(): void {
  tf.registerKernel({
    kernelName: "ArcoActivatedNorm",
    backendName: "webgpu",
    kernelFunc: ({ inputs, attrs }) => forward(inputs as unknown as Inputs, attrs as unknown as Settings) as never,
  });
  tf.registerKernel({
    kernelName: "ArcoActivatedNormGrad",
    backendName: "webgpu",
    kernelFunc: ({ inputs, attrs }) => backward(inputs as unknown as Inputs, attrs as unknown as Settings) as never,
  });
}

/** Normalised value before the activation, of input `x[index]` and channel c. */
const before = "(x[index] - used[c]) * used[uniforms.channels + c] * scale[c] + offset[c]";

/** y, running mean, running variance, and [mean, 1 / standard deviation] as they were used. */
function forward({ x, scale, offset, mean, variance, bias }: Inputs, settings: Settings): Info[] {
  const { epsilon, momentum, slope, ceiling, training } = settings;
  const channels = sizeOf(scale.shape);
  const rows = sizeOf(x.shape) / channels;
  const [own, spread] = training ? moments(x, rows, channels) : [mean, variance];
  const used = run({
    name: `norm used ${training}`,
    inputs: training ? { own, spread } : { own, spread, bias },
    uniforms: { channels, epsilon },
    floats: ["epsilon"],
    shape: [2, channels],
    dtype: "float32",
    code: `
      let c = index % uniforms.channels;
      if (index < uniforms.channels) { result[index] = own[c]${training ? "" : " - bias[c]"}; } else { result[index] = inverseSqrt(spread[c] + uniforms.epsilon); }`,
  });
  const moved = (running: Info, batch: Info, shift: Info | undefined, factor: number) =>
    run({
      name: `norm running ${shift !== undefined}`,
      inputs: { running, batch, ...(shift && { shift }) },
      uniforms: { momentum, factor },
      floats: ["momentum", "factor"],
      shape: running.shape,
      dtype: "float32",
      code: `result[index] = (1.0 - uniforms.momentum) * running[index] + uniforms.momentum * (uniforms.factor * batch[index]${shift ? " + shift[index]" : ""});`,
    });
  const y = run({
    name: "norm applied",
    inputs: { x, used, scale, offset },
    uniforms: { channels, slope, ceiling },
    floats: ["slope", "ceiling"],
    shape: x.shape,
    dtype: "float32",
    code: `
      let c = index % uniforms.channels;
      let value = ${before};
      result[index] = min(select(uniforms.slope * value, value, value > 0.0), uniforms.ceiling);`,
  });
  const running = training
    ? [moved(mean, own, bias, 1), moved(variance, spread, undefined, rows / Math.max(1, rows - 1))]
    : [mean, variance].map((info) => copy(info));
  if (training) free(own, spread);
  return [y, ...running, used];
}

const copy = (x: Info): Info =>
  run({ name: "copy", inputs: { x }, shape: x.shape, dtype: "float32", code: "result[index] = x[index];" });

/** Mean and variance (over all values) of each channel. */
function moments(x: Info, rows: number, channels: number): [Info, Info] {
  const mean = reduce("Mean", as(x, [rows, channels]), 0, false);
  const parts = partsOf(rows);
  const squares = run({
    name: "norm squares",
    inputs: { x, mean },
    uniforms: { channels, rows, parts },
    shape: [parts, channels],
    dtype: "float32",
    code: `
      let c = index % uniforms.channels;
      var sum = 0.0;
      for (var row = index / uniforms.channels; row < uniforms.rows; row = row + uniforms.parts) {
        let off = x[row * uniforms.channels + c] - mean[c];
        sum = sum + off * off;
      }
      result[index] = sum / f32(uniforms.rows);`,
  });
  const variance = reduce("Sum", squares, 0, false);
  free(squares);
  return [mean, variance];
}

/** Gradients of input, scale and offset. */
function backward({ dy, x, scale, offset, used }: Inputs, { slope, ceiling, training }: Settings): Info[] {
  const channels = sizeOf(scale.shape);
  const rows = sizeOf(x.shape) / channels;
  const parts = partsOf(rows);
  const settings = { uniforms: { channels, rows, parts, slope, ceiling }, floats: ["slope", "ceiling"] };
  const slopeHere = `
    let value = ${before.replaceAll("index", "at")};
    let there = select(select(uniforms.slope, 1.0, value > 0.0), 0.0, value > uniforms.ceiling) * dy[at];
    let normalised = (x[at] - used[c]) * used[uniforms.channels + c];`;
  const partial = run({
    name: "norm gradient sums",
    inputs: { dy, x, used, scale, offset },
    ...settings,
    threads: parts * channels,
    shape: [parts, 2, channels],
    dtype: "float32",
    code: `
      let c = index % uniforms.channels;
      let part = index / uniforms.channels;
      var sum = 0.0;
      var product = 0.0;
      for (var row = part; row < uniforms.rows; row = row + uniforms.parts) {
        let at = row * uniforms.channels + c;
        ${slopeHere}
        sum = sum + there;
        product = product + there * normalised;
      }
      result[2 * part * uniforms.channels + c] = sum;
      result[(2 * part + 1) * uniforms.channels + c] = product;`,
  });
  const sums = reduce("Sum", partial, 0, false);
  free(partial);
  const dx = run({
    name: `norm gradient ${training}`,
    inputs: { dy, x, used, scale, offset, ...(training && { sums }) },
    ...settings,
    shape: x.shape,
    dtype: "float32",
    code: `
      let at = index;
      let c = at % uniforms.channels;
      ${slopeHere}
      result[at] = used[uniforms.channels + c] * scale[c] * ${training ? "(there - (sums[c] + normalised * sums[uniforms.channels + c]) / f32(uniforms.rows))" : "there"};`,
  });
  const half = (which: number) =>
    run({
      name: "half",
      inputs: { sums },
      uniforms: { first: which * channels },
      shape: [channels],
      dtype: "float32",
      code: "result[index] = sums[uniforms.first + index];",
    });
  const gradients = [dx, half(1), half(0)];
  free(sums);
  return gradients;
}
