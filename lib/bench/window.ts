import { disposeParams } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { sizeOf } from "../images/values.js";
import { vnet } from "../networks/vnet.js";
import { windowed } from "../training/evaluation/predict.js";
import { starts } from "../training/evaluation/slidingWindow.js";
import { type Bench, sidesOf, timed } from "./bench.js";
import { besidePyTorch } from "./pytorch.js";
import { volume } from "./vnet.js";

const stride = [18, 18, 4];
const windows = [6, 3, 3]; // along x, y, z, as a scan of LA has them

/** The probabilities of one volume as large as a scan of LA by overlapping windows of the V-Net, in turns with PyTorch's. */
export const window: Bench = {
  title: "probabilities of a random volume by 6×3×3 overlapping windows of the V-Net, in turns with PyTorch's",
  defaults: { ...volume, steps: 1 },
  async run({ size: asked, classes, steps }) {
    const size = sidesOf(asked);
    const shape = size.map((side, axis) => side + (windows[axis] - 1) * stride[axis]);
    const network = vnet({ channels: 1, classes });
    const model = network.init(stream(0, "init"));
    const predict = (image: tf.Tensor) => tf.tidy(() => network.apply(model, image, { training: false }).logits);
    const rng = stream(0, "bench", "window");
    const scan = Float32Array.from({ length: sizeOf(shape) }, () => rng.normal());
    const { times, ...beside } = await besidePyTorch(
      { work: "scan", size, classes, shape, stride, steps, warmUp: 0 },
      async () => (await timed(1, () => wholeScan(windowed(predict, scan, shape, { size, stride })), 0))[0],
    );
    disposeParams(model);
    const count = sizeOf(shape.map((length, axis) => starts(length, size[axis], stride[axis]).length));
    return { times, size, classes, shape, stride, windows: count, ...beside };
  },
};

async function wholeScan(planes: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of planes);
}
