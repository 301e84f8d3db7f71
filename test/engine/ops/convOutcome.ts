// Prints digests of what our own convolution of volumes gives: the output and its gradients by the volume and by the filter.
import { createHash } from "node:crypto";
import { lossAndGradients } from "../../../lib/engine/gradients.js";
import { conv } from "../../../lib/engine/ops/conv.js";
import { stream } from "../../../lib/engine/random.js";
import { startEngine } from "../../../lib/engine/start.js";
import * as tf from "../../../lib/engine/tf.js";
import { sizeOf } from "../../../lib/images/values.js";

await startEngine();
const rng = stream(0, "convolution");
const random = (shape: number[]) =>
  tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
    shape,
  );
const [x, filter, weights] = [
  [1, 21, 20, 19, 16],
  [3, 3, 3, 16, 16],
  [1, 21, 20, 19, 16],
].map(random);
const { gradients } = lossAndGradients([x, filter], () => ({ loss: conv(x, filter).mul(weights).sum<tf.Scalar>() }));
const digests: string[] = [];
for (const tensor of [conv(x, filter), ...gradients])
  digests.push(
    createHash("sha256")
      .update(Buffer.from((await tensor.data()).slice().buffer))
      .digest("hex"),
  );
process.stdout.write(digests.join(" "));
