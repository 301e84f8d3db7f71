import * as tf from "./tf.js";

/** Where TensorFlow.js keeps what it records. */
interface Recording {
  state: { gradientDepth: number; activeTape: unknown };
}

/** Runs something unrecorded: for the loss around it, what it returns is a constant (PyTorch's no_grad). */
export function withoutGradient<T>(run: () => T): T {
  const { state } = tf.engine() as unknown as Recording;
  const { gradientDepth, activeTape } = state;
  state.gradientDepth = 0;
  try {
    return run();
  } finally {
    Object.assign(state, { gradientDepth, activeTape }); // a gradient taken inside has used a tape of its own
  }
}
