import "./ops/sums.js";
import * as tf from "./tf.js";

/** What TensorFlow.js records of an operation. */
interface TapeNode {
  inputs: Record<string, tf.Tensor>;
  outputs: tf.Tensor[];
  saved?: tf.Tensor[];
  gradient?(dys: (tf.Tensor | undefined)[]): Record<string, () => tf.Tensor>;
}

interface Tape {
  startTape(): void;
  endTape(): void;
  state: { activeTape: TapeNode[] | null };
}

/**
 * Terms of a loss and the gradient of the first of them with respect to each variable (or any other tensor that the loss is computed from, such as its
 * input); one that the loss does not depend on gets zeros.
 * The caller disposes both. Unlike `tf.grads`, it frees every saved activation and every gradient as soon as it has been used,
 * which halves the memory of a training step.
 */
export function lossAndGradients<Terms extends Record<string, tf.Scalar>>(
  variables: readonly tf.Tensor[],
  loss: () => Terms,
): { terms: Terms; gradients: tf.Tensor[] } {
  const { terms, tape } = record(loss);
  const [value] = Object.values(terms);
  const found = backward(tape, value, variables);
  return { terms, gradients: variables.map((variable) => found.get(variable.id) ?? tf.zerosLike(variable)) };
}

function record<T extends tf.TensorContainer>(forward: () => T): { terms: T; tape: TapeNode[] } {
  const engine = tf.engine() as unknown as Tape;
  engine.startTape();
  try {
    const terms = tf.tidy(forward);
    return { terms, tape: engine.state.activeTape ?? [] };
  } finally {
    engine.endTape();
    engine.state.activeTape = null;
  }
}

/** Walks the tape from its end; gives the gradients of the wanted tensors by id. */
function backward(tape: readonly TapeNode[], value: tf.Tensor, wanted: readonly tf.Tensor[]): Map<number, tf.Tensor> {
  const reached = reachedFrom(tape, wanted);
  const kept = new Set(wanted.map(({ id }) => id));
  const gradients = new Map<number, tf.Tensor>([[value.id, tf.onesLike(value)]]);
  for (const node of [...tape].reverse()) {
    const dys = node.outputs.map(({ id }) => gradients.get(id));
    const inputs = Object.entries(node.inputs).filter(([, { id }]) => reached.has(id));
    if (inputs.length > 0 && dys.some((dy) => dy)) {
      const computed = tf.tidy(() =>
        gradientsOf(
          node,
          dys,
          inputs.map(([name]) => name),
        ),
      );
      for (const [at, [, { id }]] of inputs.entries()) accumulate(gradients, id, computed[at]);
    }
    tf.dispose(node.saved ?? []);
    for (const { id } of node.outputs) {
      if (kept.has(id)) continue;
      gradients.get(id)?.dispose();
      gradients.delete(id);
    }
  }
  return gradients;
}

function gradientsOf({ gradient, outputs }: TapeNode, dys: (tf.Tensor | undefined)[], names: string[]): tf.Tensor[] {
  if (!gradient) throw new Error("an operation between the loss and the parameters has no gradient");
  // zeros for outputs that the loss does not depend on; TensorFlow.js would make them in JavaScript's memory
  const thunks = gradient(dys.map((dy, i) => dy ?? tf.fill(outputs[i].shape, 0)));
  return names.map((name) => {
    const dx = thunks[name]();
    return dys.includes(dx) ? dx.clone() : dx; // each gradient is freed on its own
  });
}

function accumulate(gradients: Map<number, tf.Tensor>, id: number, gradient: tf.Tensor): void {
  const before = gradients.get(id);
  gradients.set(id, before ? before.add(gradient) : gradient);
  if (before) tf.dispose([before, gradient]);
}

/** Ids of everything on the tape that depends on some tensors. */
function reachedFrom(tape: readonly TapeNode[], tensors: readonly tf.Tensor[]): Set<number> {
  const reached = new Set(tensors.map(({ id }) => id));
  for (const { inputs, outputs } of tape)
    if (Object.values(inputs).some(({ id }) => reached.has(id))) for (const { id } of outputs) reached.add(id);
  return reached;
}
