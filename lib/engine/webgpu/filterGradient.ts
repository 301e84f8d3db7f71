import { type Geometry, geometryOf, geometryUniforms } from "./geometry.js";
import { as, free, type Info, type Kernel, mend, run, sizeOf } from "./kernel.js";
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
    const geometry = geometryOf(x.shape, filter, attrs);
    if (!geometry || (depthwise && filter[filter.length - 1] !== 1)) return stock({ x, dy }, attrs);
    return gradient(x, dy, filter, geometry, depthwise);
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
