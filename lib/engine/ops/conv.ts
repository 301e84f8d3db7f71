import {
  attributes,
  boolAttribute,
  constant,
  execute,
  hasDilation,
  hasWideKernels,
  intAttribute,
  isNative,
  nativeOp,
  stringAttribute,
  typeAttribute,
} from "../native.js";
import { asRows } from "../rows.js";
import * as tf from "../tf.js";

/** How a filter moves: `padding` is TensorFlow's "same" or "valid", or a number of zeros on every side. */
export interface ConvOptions {
  stride?: number;
  dilation?: number;
  padding?: "same" | "valid" | number;
}

interface Geometry {
  shape: number[];
  stride: number;
  dilation: number;
  padding: "same" | "valid" | number;
}

/**
 * Convolution without bias of an image [batch, height, width, in] with a filter [height, width, in, out],
 * or of a volume [batch, x, y, z, in] with a filter [x, y, z, in, out].
 */
export function conv(
  x: tf.Tensor,
  filter: tf.Tensor,
  { stride = 1, dilation = 1, padding = "same" }: ConvOptions = {},
): tf.Tensor {
  // Only the undilated 2D kernels take the zeros as a number.
  if (typeof padding === "number" && (dilation > 1 || x.rank === 5))
    return conv(surrounded(x, padding), filter, { stride, dilation, padding: "valid" });
  if (dilation > 1 && !hasDilation()) return byTaps(x, filter, { stride, dilation, padding });
  if (isNative())
    return nativeConv({ x, filter }, { shape: [...x.shape, ...filter.shape], stride, dilation, padding })[0];
  if (x.rank === 5) return tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, stride, padding as "same" | "valid");
  return tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, padding);
}

/** An image or volume with zeros on every side. */
const surrounded = (x: tf.Tensor, zeros: number): tf.Tensor =>
  x.shape.slice(1, -1).reduce<tf.Tensor>((padded, _, at) => padAxis(padded, at + 1, zeros, zeros), x);

// WebGPU pads four axes at most, so the others are joined.
function padAxis(x: tf.Tensor, axis: number, before: number, after: number): tf.Tensor {
  const [outer, size, inner] = [x.shape.slice(0, axis), x.shape[axis], x.shape.slice(axis + 1)];
  const padded = tf.pad(x.reshape([product(outer), size, product(inner)]), [
    [0, 0],
    [before, after],
    [0, 0],
  ]);
  return padded.reshape([...outer, before + size + after, ...inner]);
}

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

/** Convolution plus a bias [out]. */
export const convBias = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor, options?: ConvOptions): tf.Tensor =>
  addBias(conv(x, filter, options), bias);

/** Adds a bias [channels] to the last axis. */
export const addBias = (x: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
  isNative() ? nativeBias({ x, bias }, {})[0] : asRows(x).add(bias).reshape(x.shape);

/**
 * Transposed convolution by 2 without bias, kernel 2 and stride 2: every voxel becomes a block of 2² or 2³.
 * The filter is [height, width, out, in] or [x, y, z, out, in].
 */
export function upConv(x: tf.Tensor, filter: tf.Tensor): tf.Tensor {
  const out = [x.shape[0], ...x.shape.slice(1, -1).map((size) => size * 2), filter.shape[filter.rank - 2]];
  if (isNative())
    return nativeUpConv(
      { x, filter },
      { shape: [...out, ...filter.shape], stride: 2, dilation: 1, padding: "same" },
    )[0];
  if (x.rank === 4)
    return tf.conv2dTranspose(
      x as tf.Tensor4D,
      filter as tf.Tensor4D,
      out as [number, number, number, number],
      2,
      "same",
    );
  return composedUpConv3d(x, filter, out);
}

// Conv3D's transposed form has no gradient in TensorFlow.js; as blocks do not overlap (kernel = stride), it is one product and a reordering.
function composedUpConv3d(x: tf.Tensor, filter: tf.Tensor, out: number[]): tf.Tensor {
  const [b, nx, ny, nz, i] = x.shape as number[];
  const [, , , o] = filter.shape as number[];
  const weights = filter.transpose([4, 0, 1, 2, 3]).reshape([i, 8 * o]);
  return x
    .reshape([-1, i])
    .matMul(weights as tf.Tensor2D)
    .reshape([b * nx, ny, nz, 2, 4 * o]) // [b·x, y, z, 2, 2·2·o]
    .transpose([0, 3, 1, 2, 4])
    .reshape([b * nx * 2, ny, nz, 2, 2 * o])
    .transpose([0, 1, 3, 2, 4])
    .reshape(out);
}

/**
 * A dilated convolution as the sum of its taps, each a product of shifted rows: stock TensorFlow.js has no gradient for dilation, nor has TensorFlow on a CPU
 * without oneDNN, and a filter written out with its zeros would be 150 times as large at a rate of 18. Sides of the kernel are odd where zeros keep the size.
 */
function byTaps(
  x: tf.Tensor,
  filter: tf.Tensor,
  { stride, dilation, padding }: Required<Omit<ConvOptions, "padding">> & { padding: "same" | "valid" | number },
): tf.Tensor {
  if (stride !== 1) throw new Error("a convolution has a stride or a dilation, not both");
  const kernel = filter.shape.slice(0, -2);
  const reach = kernel.map((length) => dilation * (length - 1));
  const wide =
    padding === "same" ? reach.reduce((all, length, at) => padAxis(all, at + 1, length / 2, length / 2), x) : x;
  const size = reach.map((length, at) => wide.shape[at + 1] - length);
  const [inputs, outputs] = filter.shape.slice(-2);
  const weights = tf.unstack(filter.reshape([-1, inputs, outputs]));
  const taps = weights.map((weight, tap) => {
    const from = kernel.map((length, at) => (Math.floor(tap / product(kernel.slice(at + 1))) % length) * dilation);
    return asRows(cut(wide, from, size)).matMul(weight as tf.Tensor2D);
  });
  return tf.addN(taps).reshape([x.shape[0], ...size, outputs]);
}

/** Part of an image or volume, axis by axis: WebGPU cuts four axes at most. */
const cut = (x: tf.Tensor, from: readonly number[], size: readonly number[]): tf.Tensor =>
  size.reduce<tf.Tensor>((part, length, at) => {
    const [outer, inner] = [part.shape.slice(0, at + 1), part.shape.slice(at + 2)];
    return part
      .reshape([product(outer), part.shape[at + 1], product(inner)])
      .slice([0, from[at], 0], [-1, length, -1])
      .reshape([...outer, length, ...inner]);
  }, x);

const is3d = ({ shape }: Geometry) => shape.length === 10;
const imageShape = ({ shape }: Geometry) => shape.slice(0, shape.length / 2);
const filterShape = ({ shape }: Geometry) => shape.slice(shape.length / 2);

const convAttributes = (geometry: Geometry, backprop: boolean) =>
  attributes(
    `conv ${geometry.shape.length} ${geometry.stride} ${geometry.dilation} ${geometry.padding} ${backprop}`,
    () => {
      const { stride, dilation, padding } = geometry;
      const along = (n: number) => [1, ...Array.from({ length: is3d(geometry) ? 3 : 2 }, () => n), 1];
      const common = [
        typeAttribute(),
        intAttribute("strides", along(stride)),
        intAttribute("dilations", along(dilation)),
      ];
      if (is3d(geometry)) {
        const shapes = backprop ? [typeAttribute("Tshape", "int32")] : [];
        return [
          ...common,
          stringAttribute("padding", String(padding).toUpperCase()),
          stringAttribute("data_format", "NDHWC"),
          ...shapes,
        ];
      }
      const explicit = typeof padding === "number";
      const edges = explicit ? [0, 0, padding, padding, padding, padding, 0, 0] : [];
      return [
        ...common,
        stringAttribute("padding", explicit ? "EXPLICIT" : padding.toUpperCase()),
        ...(explicit ? [intAttribute("explicit_paddings", edges)] : []),
        stringAttribute("data_format", "NHWC"),
        boolAttribute("use_cudnn_on_gpu", true),
      ];
    },
  );

/** A convolution by a kernel of our own where there is a faster one than TensorFlow's; `own` null asks for that (`arco bench conv3d`). */
export const forward = (x: tf.Tensor, filter: tf.Tensor, g: Geometry, own = ownKernel(g)) =>
  own ? execute(own, [], [x, filter]) : execute(is3d(g) ? "Conv3D" : "Conv2D", convAttributes(g, false), [x, filter]);
/** Its gradient by the image, chosen in the same way. */
export const backpropInput = (dy: tf.Tensor, filter: tf.Tensor, g: Geometry, own = ownKernel(g)) => {
  const inputs = [constant(imageShape(g)), filter, dy];
  return own
    ? execute(`${own}BackpropInput`, [], inputs)
    : execute(is3d(g) ? "Conv3DBackpropInputV2" : "Conv2DBackpropInput", convAttributes(g, true), inputs);
};
/** Its gradient by the filter, chosen in the same way. */
export const backpropFilter = (x: tf.Tensor, dy: tf.Tensor, g: Geometry, own = ownKernel(g, 16)) => {
  const inputs = [x, constant(filterShape(g)), dy];
  return own
    ? execute(`${own}BackpropFilter`, [], inputs)
    : execute(is3d(g) ? "Conv3DBackpropFilterV2" : "Conv2DBackpropFilter", convAttributes(g, false), inputs);
};

/**
 * Our own kernel for a convolution of volumes, where there is a faster one than TensorFlow's (measured): on a processor of wide vectors, for channels that fill them.
 * Halving pays while its filter stays in the cache. Winograd's saves products, but passes over 64 transformed values of each pair of channels, so that it has to have
 * many tiles of 2×2×2 voxels for each channel.
 */
function ownKernel(
  { shape, stride, dilation, padding }: Geometry,
  tilesPerChannel = 1,
): "ArcoWinogradConv3D" | "ArcoHalvingConv3D" | null {
  const [batch, x, y, z, channels, ...filter] = shape;
  const outputs = filter[filter.length - 1];
  if (!hasWideKernels() || channels % 16 !== 0 || outputs % 16 !== 0 || dilation !== 1) return null;
  const most = Math.max(channels, outputs);
  const kernel = `${filter.slice(0, -2).join("×")} by ${stride}`;
  const isEven = [x, y, z].every((side) => side % 2 === 0); // so that nothing is padded
  if (kernel === "2×2×2 by 2") return isEven && most <= 64 ? "ArcoHalvingConv3D" : null;
  const tiles = batch * Math.ceil(x / 2) * Math.ceil(y / 2) * Math.ceil(z / 2);
  const isMany = tiles >= tilesPerChannel * most;
  return kernel === "3×3×3 by 1" && padding === "same" && isMany ? "ArcoWinogradConv3D" : null;
}

const nativeConv = nativeOp<{ x: tf.Tensor; filter: tf.Tensor }, Geometry>({
  name: "ArcoConv",
  forward: ({ x, filter }, geometry) => forward(x, filter, geometry),
  saveInputs: ["x", "filter"],
  gradient: (dy, [x, filter], geometry) => ({
    x: () => backpropInput(dy, filter, geometry),
    filter: () => backpropFilter(x, dy, geometry),
  }),
});

// The transposed convolution is the gradient of a convolution from the large grid (`shape` holds its image) to the small one, so its own gradients are that convolution's.
const nativeUpConv = nativeOp<{ x: tf.Tensor; filter: tf.Tensor }, Geometry>({
  name: "ArcoUpConv",
  forward: ({ x, filter }, geometry) => backpropInput(x, filter, geometry),
  saveInputs: ["x", "filter"],
  gradient: (dy, [x, filter], geometry) => ({
    x: () => forward(dy, filter, geometry),
    filter: () => backpropFilter(dy, x, geometry),
  }),
});

const biasAttributes = () => attributes("bias", () => [typeAttribute(), stringAttribute("data_format", "NHWC")]);

const nativeBias = nativeOp<{ x: tf.Tensor; bias: tf.Tensor }, object>({
  name: "ArcoBias",
  forward: ({ x, bias }) => execute("BiasAdd", biasAttributes(), [x, bias]),
  gradient: (dy) => ({ x: () => dy.clone(), bias: () => execute("BiasAddGrad", biasAttributes(), [dy]) }),
});
