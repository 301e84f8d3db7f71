import type { DataOptions } from "../benchmark.js";
import { oneOf } from "../choices.js";
import { sliceSize, type Turning } from "../turning.js";

/** Rows from front to back, columns from the patient's right to left, slices upwards: as a CT is looked at. */
export const codes = "LPS";

/** In HU, what becomes 0 and 1: the paper's window, and the two of the authors' sample code (width 1500 at −160, 80 at 40). */
const huWindows = { hu: [-200, 250], wide: [-910, 590], narrow: [0, 80] } as const;

/** How CT slices are brought to the form of the network. */
export interface SliceForm extends Turning {
  window: readonly [number, number];
  trainOrder: 0 | 3;
  testOrder: 0 | 3;
  /** HU as the network sees them. */
  scaled(values: Float32Array): Float32Array;
}

/** The form of slices that options ask for. */
export function sliceFormOf(options: DataOptions): SliceForm {
  const resize = oneOf("lits", "resize", options.resize, ["cubic", "nearest", "released"]);
  const window = huWindows[oneOf("lits", "window", options.window, ["hu", "wide", "narrow"])];
  const [low, high] = window;
  return {
    codes,
    size: sliceSize("lits", options),
    end: resize === "released" ? "scipy" : "clamped",
    window,
    trainOrder: resize === "cubic" ? 3 : 0,
    testOrder: resize === "nearest" ? 0 : 3,
    scaled(values) {
      const scaled = new Float32Array(values.length);
      for (let i = 0; i < values.length; i++)
        scaled[i] = (Math.min(high, Math.max(low, values[i])) - low) / (high - low);
      return scaled;
    },
  };
}
