import type { ArcoOptions } from "./options.js";

/**
 * The control arm of ARCO: pseudo labels of the teacher on mixed images alone, from random weights, without anything that is ARCO's own.
 * What ARCO gains has to be gained over it.
 */
export const control = {
  method: "arco",
  pretraining: null,
  options: { weights: { contrast: 0, nearest: 0, equivariance: 0 } satisfies Partial<ArcoOptions["weights"]> },
} as const;

/** Whether a config is that of the control arm. */
export function isControl({
  method,
  pretraining,
  options,
}: {
  method: string;
  pretraining: object | null;
  options: Readonly<Record<string, unknown>>;
}): boolean {
  if (method !== control.method || pretraining !== null) return false;
  const { weights } = options as { weights?: Readonly<Record<string, number>> };
  return Object.entries(control.options.weights).every(([name, weight]) => weights?.[name] === weight);
}
