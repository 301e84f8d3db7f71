import { type Attrs, as, free, type Info, type Kernel, mend, run, sizeOf } from "./kernel.js";
import { reduce } from "./reduce.js";

/**
 * Gradients of filters: of convolutions of images and volumes and of those of each channel. TensorFlow.js gives a thread to each weight, which then walks over every
 * pixel of the batch: of a filter of a few thousand weights most of a GPU would wait.
 */
export function mendFilterGradients(): void {
  mend("Conv2DBackpropFilter", (stock) => ofConvolution(stock));
  mend("Conv3DBackpropFilterV2", (stock) => ofConvolution(stock));
  mend("DepthwiseConv2dNativeBackpropFilter", (stock) => ofConvolution(stock, true));
}

const ofConvolution =
  (stock: Kernel, depthwise = false): Kernel =>
  ({ x, dy }, attrs) => {
    const filter = attrs.filterShape as number[];
    const geometry = geometryOf(x.shape, filter, dy.shape, attrs);
    if (!geometry || (depthwise && filter[filter.length - 1] !== 1)) return stock({ x, dy }, attrs);
    return gradient(x, dy, filter, geometry, depthwise);
  };

/** How an output's place leads to the inputs', each [z, y, x]; an image is a volume of one plane. */
interface Geometry {
  input: number[];
  kernel: number[];
  output: number[];
  strides: number[];
  pads: number[];
}

/** Undefined for what no method uses: dilation, channels first. */
export function geometryOf(
  input: readonly number[],
  filter: readonly number[],
  output: readonly number[],
  { strides, pad, dilations, dataFormat }: Attrs,
): Geometry | undefined {
  const rank = input.length - 2;
  const spatial = (lengths: readonly number[], from: number) => lengths.slice(from, from + rank);
  const along = (value: unknown): number[] => {
    const list = [value ?? 1].flat() as number[];
    if (list.length === 1) return Array<number>(rank).fill(list[0]);
    return list.length === rank ? list : spatial(list, 1);
  };
  if (along(dilations).some((dilation) => dilation !== 1) || dataFormat === "NCHW" || dataFormat === "NCDHW")
    return undefined;
  const [steps, sizes, kernel, out] = [along(strides), spatial(input, 1), spatial(filter, 0), spatial(output, 1)];
  const before = sizes.map((size, at) => {
    if (typeof pad === "number") return pad;
    if (Array.isArray(pad)) return (pad as number[][])[at + 1][0];
    return pad === "valid" ? 0 : Math.floor(Math.max(0, (out[at] - 1) * steps[at] + kernel[at] - size) / 2);
  });
  const three = (lengths: number[], first: number) => (rank === 2 ? [first, ...lengths] : lengths);
  return {
    input: three(sizes, 1),
    kernel: three(kernel, 1),
    output: three(out, 1),
    strides: three(steps, 1),
    pads: three(before, 0),
  };
}

/** The numbers of a geometry as a shader reads them. */
export const geometryUniforms = ({ input, kernel, output, strides, pads }: Geometry): Record<string, number> => {
  const axes = (name: string, lengths: number[]) => lengths.map((length, at) => [`${name}${"ZYX"[at]}`, length]);
  return Object.fromEntries([
    ...axes("in", input),
    ...axes("kernel", kernel),
    ...axes("out", output),
    ...axes("stride", strides),
    ...axes("pad", pads),
  ]);
};

/** Threads that keep a large GPU busy. */
const enough = 65536;

/** Each thread sums a block of weights over some rows of the output; the sums over all rows follow. */
function gradient(x: Info, dy: Info, filter: number[], geometry: Geometry, depthwise: boolean): Info {
  const [inputs, outputs] = filter.slice(-2);
  const channels = depthwise ? 1 : inputs;
  const columns = depthwise ? inputs : outputs;
  const wide = columns % 4 === 0 ? 4 : 1; // columns that a thread takes
  const high = channels % 4 === 0 ? 4 : 1; // input channels that it takes
  const size = sizeOf(filter);
  const rows = x.shape[0] * geometry.output[0] * geometry.output[1];
  const perPart = size / wide / high;
  const parts = Math.min(rows, Math.ceil(enough / perPart));
  const type = wide === 4 ? "vec4<f32>" : "f32";
  const xValues = depthwise ? wide : high;
  const acrossRows = Array.from({ length: high }, (_, at) => at);
  const read = high === 4 ? (at: number) => `value.${"xyzw"[at]}` : () => "value";
  const sums = run({
    name: `filter gradient ${depthwise} ${wide} ${high}`,
    inputs: { x, dy },
    widths: [xValues, wide, wide],
    threads: parts * perPart,
    uniforms: { ...geometryUniforms(geometry), channels, columns: columns / wide, rows, parts },
    shape: [parts, size],
    dtype: "float32",
    code: `
      let column = index % uniforms.columns;
      let channel = index / uniforms.columns % (uniforms.channels / ${high});
      let tap = index / uniforms.columns / (uniforms.channels / ${high}) % (uniforms.kernelZ * uniforms.kernelY * uniforms.kernelX);
      let part = index / uniforms.columns / (uniforms.channels / ${high}) / (uniforms.kernelZ * uniforms.kernelY * uniforms.kernelX);
      let tapX = tap % uniforms.kernelX - uniforms.padX;
      let tapY = tap / uniforms.kernelX % uniforms.kernelY - uniforms.padY;
      let tapZ = tap / uniforms.kernelX / uniforms.kernelY - uniforms.padZ;
      let step = ${depthwise ? "uniforms.columns" : `uniforms.channels / ${high}`};
      let begin = max(0, (uniforms.strideX - 1 - tapX) / uniforms.strideX);
      let end = min(uniforms.outX, (uniforms.inX - 1 - tapX) / uniforms.strideX + 1);
      ${acrossRows.map((at) => `var sum${at} = ${type}(0.0);`).join(" ")}
      for (var row = part; row < uniforms.rows; row = row + uniforms.parts) {
        let inY = row % uniforms.outY * uniforms.strideY + tapY;
        let inZ = row / uniforms.outY % uniforms.outZ * uniforms.strideZ + tapZ;
        if (inY < 0 || inY >= uniforms.inY || inZ < 0 || inZ >= uniforms.inZ || uniforms.inX - 1 - tapX < 0) { continue; }
        let batch = row / uniforms.outY / uniforms.outZ;
        var at = (((batch * uniforms.inZ + inZ) * uniforms.inY + inY) * uniforms.inX + begin * uniforms.strideX + tapX) * step
          + ${depthwise ? "column" : "channel"};
        var there = (row * uniforms.outX + begin) * uniforms.columns + column;
        for (var k = begin; k < end; k = k + 1) {
          let value = ${xValues === 4 ? "vec4<f32>" : "f32"}(x[at]);
          let slope = ${type}(dy[there]);
          ${acrossRows.map((at) => `sum${at} = sum${at} + ${read(at)} * slope;`).join(" ")}
          at = at + uniforms.strideX * step;
          there = there + uniforms.columns;
        }
      }
      let first = ((part * uniforms.kernelZ * uniforms.kernelY * uniforms.kernelX + tap) * uniforms.channels + channel * ${high}) * uniforms.columns + column;
      ${acrossRows.map((at) => `result[first + ${at} * uniforms.columns] = sum${at};`).join(" ")}`,
  });
  if (parts === 1) return as(sums, filter);
  const total = reduce("Sum", sums, 0, false);
  free(sums);
  return as(total, filter);
}
