/** How the learning rate falls: (1 − t/T)^0.9, the same at the ends of epochs of 200 steps, a tenth every 2,500 steps, half a cosine, or not at all. */
export const schedules = ["poly", "polyPerEpoch", "step", "cosine", "constant"] as const;
/** One of `schedules`. */
export type Schedule = (typeof schedules)[number];

/** A learning rate, how it falls, and the steps over which it first rises in a straight line. */
export interface RateOptions {
  rate: number;
  schedule: Schedule;
  warmUp?: number;
}

/** Steps of an epoch of ReCo. */
const epoch = 200;

/**
 * Learning rate of the step number `step` (from 0) out of `steps`. The poly rate is set after a step, so steps 0 and 1 share the first one (SSL4MIS).
 * The cosine begins where the warm-up ends.
 */
export function rateAt(step: number, steps: number, { rate, schedule, warmUp = 0 }: RateOptions): number {
  if (step < warmUp) return (rate * (step + 1)) / warmUp;
  switch (schedule) {
    case "poly":
      return rate * (1 - Math.max(0, step - 1) / steps) ** 0.9;
    case "polyPerEpoch":
      return Math.max(rate * (1 - (epoch * Math.floor(step / epoch)) / steps) ** 0.9, 1e-6);
    case "step":
      return rate * 0.1 ** Math.floor(step / 2500);
    case "cosine":
      return (rate / 2) * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(1, steps - warmUp)));
    case "constant":
      return rate;
  }
}

/**
 * Weight of a consistency loss: max·exp(−5·(1 − e)²), where e is the share of `length` steps that are over (Laine & Aila 2017).
 * It moves in 200 stairs as in SSL4MIS, starts at 0.0067·max and is full at step `length`; with length 0 it is full from the first step on.
 */
export function rampUp(step: number, { max = 0.1, length = 30_000, stairs = 200 } = {}): number {
  const share = length === 0 ? 1 : Math.min(1, Math.floor((step * stairs) / length) / stairs);
  return max * Math.exp(-5 * (1 - share) ** 2);
}
