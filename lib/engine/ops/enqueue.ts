import * as tf from "../tf.js";

/** Writes rows [n, ...features] into a ring buffer [capacity, ...features] after `entered` earlier rows: the oldest are overwritten. */
export function enqueue(buffer: tf.Variable, rows: tf.Tensor, entered: number): void {
  const capacity = buffer.shape[0];
  const width = buffer.size / capacity;
  tf.tidy(() => {
    const flat = (tensor: tf.Tensor) => tensor.reshape([tensor.shape[0], width]);
    let [held, next] = [flat(buffer), flat(rows)];
    for (let at = entered % capacity; next.size > 0; at = 0) {
      const fitting = Math.min(next.shape[0], capacity - at);
      const parts = [held.slice(0, at), next.slice(0, fitting), held.slice(at + fitting)];
      held = tf.concat(parts.filter(({ size }) => size > 0));
      next = next.slice(fitting);
    }
    buffer.assign(held.reshape(buffer.shape));
  });
}
