import { swap } from "./axes.js";
import { type Geometry, geometryOf, geometryUniforms } from "./geometry.js";
import { as, free, type Info, mend, run, sizeOf } from "./kernel.js";

/**
 * Convolutions of volumes and their gradients with respect to the volume. TensorFlow.js gives a thread to each value and lets it find every voxel and weight
 * by all five coordinates; here a thread takes four channels of up to four voxels, so that what it reads serves several products.
 */
export function mendVolumes(): void {
  mend("Conv3D", (stock) => ({ x, filter }, attrs) => {
    const geometry = geometryOf(x.shape, filter.shape, attrs);
    return geometry ? forward(x, filter, geometry) : stock({ x, filter }, attrs);
  });
  mend("Conv3DBackpropInputV2", (stock) => ({ dy, filter }, attrs) => {
    const geometry = geometryOf(attrs.inputShape as number[], filter.shape, attrs);
    return geometry ? backward(dy, filter, geometry) : stock({ dy, filter }, attrs);
  });
}

const forward = (x: Info, filter: Info, geometry: Geometry): Info =>
  summed(x, filter, [x.shape[0], ...geometry.output, filter.shape[4]], geometry, "forward");

/** The gradient walks the same taps the other way, with the filter's inputs as outputs. */
function backward(dy: Info, filter: Info, geometry: Geometry): Info {
  const [inputs, outputs] = filter.shape.slice(3);
  const swapped = swap(as(filter, [sizeOf(geometry.kernel), inputs, outputs]));
  const dx = summed(dy, swapped, [dy.shape[0], ...geometry.input, inputs], geometry, "backward");
  free(swapped);
  return dx;
}

/** Places along x that a thread takes, where that leaves enough threads to keep a large GPU busy. */
const most = 4;
const enough = 65536;

/** Σ over taps and channels of a volume's value times a weight, where the filter is [taps, channels, columns]. */
function summed(x: Info, filter: Info, shape: number[], geometry: Geometry, way: "forward" | "backward"): Info {
  const [channels, columns] = [x.shape[4], shape[4]];
  const high = channels % 4 === 0 ? 4 : 1;
  const wide = columns % 4 === 0 ? 4 : 1;
  const across = Math.ceil(shape[3] / most);
  const rows = sizeOf(shape.slice(0, 3)) * (columns / wide);
  const places = rows * across >= enough ? most : 1;
  const threads = rows * (places === 1 ? shape[3] : across);
  const type = wide === 4 ? "vec4<f32>" : "f32";
  const taken = Array.from({ length: places }, (_, at) => at);
  const read = high === 4 ? [0, 1, 2, 3].map((at) => `value.${"xyzw"[at]} * w${at}`).join(" + ") : "value * w0";
  const [from, to] = way === "forward" ? ["in", "out"] : ["out", "in"];
  // where in the volume a place and a tap meet; backwards only every stride-th does
  const meet = (axis: string, place: string) =>
    way === "forward"
      ? `let at${axis} = ${place} * uniforms.stride${axis} + tap${axis} - uniforms.pad${axis}; let meets${axis} = at${axis} >= 0 && at${axis} < uniforms.in${axis};`
      : `let sum${axis} = ${place} + uniforms.pad${axis} - tap${axis}; let at${axis} = sum${axis} / uniforms.stride${axis};
         let meets${axis} = sum${axis} >= 0 && at${axis} < uniforms.out${axis} && sum${axis} % uniforms.stride${axis} == 0;`;
  return run({
    name: `volume ${way} ${high} ${wide} ${places}`,
    inputs: { x, w: as(filter, [sizeOf(geometry.kernel), channels, columns]) },
    widths: [high, wide, wide],
    threads,
    uniforms: {
      ...geometryUniforms(geometry),
      channels: channels / high,
      columns: columns / wide,
      across: places === 1 ? shape[3] : across,
    },
    shape,
    dtype: "float32",
    code: `
      let column = index % uniforms.columns;
      let firstX = index / uniforms.columns % uniforms.across * ${places};
      let row = index / uniforms.columns / uniforms.across;
      let y = row % uniforms.${to}Y;
      let z = row / uniforms.${to}Y % uniforms.${to}Z;
      let batch = row / uniforms.${to}Y / uniforms.${to}Z;
      ${taken.map((at) => `var sum${at} = ${type}(0.0);`).join(" ")}
      for (var tapZ = 0; tapZ < uniforms.kernelZ; tapZ = tapZ + 1) {
        ${meet("Z", "z")}
        if (!meetsZ) { continue; }
        for (var tapY = 0; tapY < uniforms.kernelY; tapY = tapY + 1) {
          ${meet("Y", "y")}
          if (!meetsY) { continue; }
          let line = ((batch * uniforms.${from}Z + atZ) * uniforms.${from}Y + atY) * uniforms.${from}X;
          for (var tapX = 0; tapX < uniforms.kernelX; tapX = tapX + 1) {
            let tap = (tapZ * uniforms.kernelY + tapY) * uniforms.kernelX + tapX;
            ${taken.map((at) => `var begin${at} = -1; { ${meet("X", `(firstX + ${at})`)} if (meetsX) { begin${at} = (line + atX) * uniforms.channels; } }`).join("\n")}
            for (var channel = 0; channel < uniforms.channels; channel = channel + 1) {
              let weight = (tap * uniforms.channels + channel) * ${high} * uniforms.columns + column;
              ${Array.from({ length: high }, (_, at) => `let w${at} = ${type}(w[weight + ${at} * uniforms.columns]);`).join(" ")}
              ${taken.map((at) => `if (begin${at} >= 0) { let value = ${high === 4 ? "vec4<f32>" : "f32"}(x[begin${at} + channel]); sum${at} = sum${at} + ${read}; }`).join("\n")}
            }
          }
        }
      }
      ${taken.map((at) => `if (firstX + ${at} < uniforms.${to}X) { result[(row * uniforms.${to}X + firstX + ${at}) * uniforms.columns + column] = sum${at}; }`).join("\n")}`,
  });
}
