import { bars } from "../../lib/plots/charts/bars.js";
import type { CurvePoint } from "../../lib/plots/charts/curves.js";
import { curves } from "../../lib/plots/charts/curves.js";
import { namedCurves } from "../../lib/plots/charts/namedCurves.js";
import { pairedDifference } from "../../lib/plots/charts/pairedDifference.js";
import { type Result, spread } from "../../lib/plots/charts/spread.js";
import { overlay, type Panel } from "../../lib/plots/pictures/overlay.js";
import type { Figure } from "../../lib/plots/render/figure.js";

const arms = ["supervised, 1 volume", "mean teacher, 1 + 59 volumes", "supervised, 60 volumes"];

/** Three arms, three seeds, six measurements each. */
export const points: CurvePoint[] = arms.flatMap((arm, a) =>
  [0, 1, 2].flatMap((seed) =>
    [0, 20, 40, 60, 80, 100].map((step) => ({
      arm,
      seed,
      step,
      value: (1 - Math.exp(-step / (30 + 10 * seed))) * (0.7 + 0.05 * a),
    })),
  ),
);

/** A result per arm and seed. */
export const results: Result[] = arms.flatMap((arm, a) =>
  [0, 1, 2].map((seed) => ({ arm, seed, value: 0.7 + 0.04 * a + 0.013 * ((seed * 7 + a * 3) % 5) })),
);

/** A grey ramp with two discs: the truth, and a prediction beside it. */
export function panel(title: string): Panel {
  const [height, width] = [40, 30];
  const disc = (x: number, y: number) =>
    Uint8Array.from({ length: height * width }, (_, i) =>
      Math.hypot((i % width) - x, Math.floor(i / width) - y) < 8 ? 1 + (i % width > x ? 1 : 0) : 0,
    );
  return {
    title,
    image: Float32Array.from({ length: height * width }, (_, i) => i),
    shape: [height, width],
    spacingMm: [1, 1],
    truth: disc(15, 20),
    prediction: disc(18, 22),
  };
}

/** What so many arms reached with one, three and six labelled cases, with two seeds. */
export const reached = (arms: number): CurvePoint[] =>
  Array.from({ length: arms }, (_, a) =>
    [1, 3, 6].flatMap((step) =>
      [0, 1].map((seed) => ({
        ...{ arm: `arm ${a}`, seed, step },
        value: 0.7 + 0.02 * step + 0.003 * ((5 * a) % 11) + 0.001 * seed,
      })),
    ),
  ).flat();

const classes = [{ name: "background" }, { name: "anterior" }, { name: "posterior" }];

/** One figure of every kind. */
export const figures: Record<string, Figure> = {
  curves: curves(points, { title: "Unlabelled scans help early", y: "Dice on the validation cases (0 to 1)" }),
  spread: spread(results, { title: "Seeds spread as wide as arms differ", x: "Dice on the test cases (0 to 1)" }),
  spreadWithLevel: spread(results, { x: "Dice (0 to 1)", level: { name: "all labelled: 0.950", value: 0.95 } }),
  namedCurves: namedCurves(reached(22), {
    x: "labelled cases (number)",
    y: "Dice (0 to 1)",
    levels: [{ name: "all labelled: 0.950", value: 0.95 }],
  }),
  pairedDifference: pairedDifference(results, {
    title: "Within the noise",
    baseline: arms[0],
    x: "difference in Dice (0 to 1)",
  }),
  overlay: overlay([panel("case 1, slice 12"), panel("case 2, slice 9")], { title: "The tip is missed", classes }),
  bars: bars(
    results.map(({ arm, seed, value }) => ({
      group: `seed ${seed}`,
      series: arm,
      value,
      interval: [value - 0.02, value + 0.02],
    })),
    { title: "All arms", x: "Dice (0 to 1)" },
  ),
};
