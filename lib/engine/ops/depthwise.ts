import {
  attributes,
  constant,
  execute,
  intAttribute,
  isNative,
  nativeOp,
  stringAttribute,
  typeAttribute,
} from "../native.js";
import * as tf from "../tf.js";

/**
 * Convolution of each channel with a filter of its own, without bias and "same" as TensorFlow pads (of an even side by stride 2, one zero less above and left):
 * an image [batch, height, width, channels] and filters [height, width, channels, 1].
 */
export function depthwise(x: tf.Tensor, filter: tf.Tensor, { stride = 1 } = {}): tf.Tensor {
  if (isNative()) return nativeDepthwise({ x, filter }, { image: x.shape, filters: filter.shape, stride })[0];
  return tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, "same");
}

interface Geometry {
  image: number[];
  filters: number[];
  stride: number;
}

const settings = (stride: number) =>
  attributes(`depthwise ${stride}`, () => [
    typeAttribute(),
    intAttribute("strides", [1, stride, stride, 1]),
    intAttribute("dilations", [1, 1, 1, 1]),
    stringAttribute("padding", "SAME"),
    stringAttribute("data_format", "NHWC"),
  ]);

const nativeDepthwise = nativeOp<{ x: tf.Tensor; filter: tf.Tensor }, Geometry>({
  name: "ArcoDepthwise",
  forward: ({ x, filter }, { stride }) => execute("DepthwiseConv2dNative", settings(stride), [x, filter]),
  saveInputs: ["x", "filter"],
  gradient: (dy, [x, filter], { image, filters, stride }) => ({
    x: () => execute("DepthwiseConv2dNativeBackpropInput", settings(stride), [constant(image), filter, dy]),
    filter: () => execute("DepthwiseConv2dNativeBackpropFilter", settings(stride), [x, constant(filters), dy]),
  }),
});
