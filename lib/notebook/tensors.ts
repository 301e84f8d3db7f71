import * as tf from "../engine/tf.js";

// A tensor as the last expression of a cell shows its type, shape and values instead of the library's inner workings.
Object.defineProperty(tf.Tensor.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: tf.Tensor) {
    return this.isDisposed ? `Tensor [${this.shape}] (disposed)` : this.toString(true);
  },
  configurable: true,
  writable: true,
});
