/** How the learning rate falls: (1 − t/T)^0.9, a tenth every 2,500 steps, or not at all. */
export type Schedule = "poly" | "step" | "constant";

/** Learning rate of the step number `step` (from 0) out of `steps`. The poly rate is set after a step, so steps 0 and 1 share the first one (SSL4MIS). */
export function rateAt(step: number, steps: number, { rate, schedule }: { rate: number; schedule: Schedule }): number {
  if (schedule === "poly") return rate * (1 - Math.max(0, step - 1) / steps) ** 0.9;
  if (schedule === "step") return rate * 0.1 ** Math.floor(step / 2500);
  return rate;
}

/**
 * Weight of a consistency loss: max·exp(−5·(1 − min(e, length)/length)²) with e = ⌊step/150⌋ (Laine & Aila 2017, as in SSL4MIS).
 * It starts at 0.0067·max and is full at step 150·length.
 */
export function rampUp(step: number, { max = 0.1, length = 200, every = 150 } = {}): number {
  const phase = 1 - Math.min(Math.floor(step / every), length) / length;
  return max * Math.exp(-5 * phase * phase);
}
