import * as tf from "../tf.js";

// The gradients of sums and means as TensorFlow.js has them, but for the ones, which it would make in JavaScript's memory.
for (const { name, isMean } of [
  { name: "Sum", isMean: false },
  { name: "Mean", isMean: true },
])
  tf.registerGradient({
    kernelName: name,
    inputsToSave: ["x"],
    gradFunc: (dy, [{ shape, size }], attributes) => ({
      x: () => {
        const { axis } = attributes as unknown as { axis: number | number[] };
        const gone = tf.util.parseAxisParam(axis, shape);
        const kept = shape.map((length, i) => (gone.includes(i) ? 1 : length));
        const spread = (dy as tf.Tensor).reshape(kept).mul(tf.fill(shape, 1));
        return isMean ? spread.div(size / (dy as tf.Tensor).size) : spread;
      },
    }),
  });
