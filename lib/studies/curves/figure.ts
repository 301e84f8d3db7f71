import { curves } from "../../plots/charts/curves.js";
import { fromTo } from "../../plots/charts/finding.js";
import type { Figure } from "../../plots/render/figure.js";
import type { Untitled } from "../../plots/render/fit.js";
import { Problem } from "../../problem.js";
import type { LearningCurves } from "./curves.js";

const axes = {
  updates: "training (updates, pre-training counted)",
  images: "training (images through the student, pre-training counted)",
  seconds: "training (seconds as measured, pre-training counted)",
} as const;

/** Against what curves are drawn: equal steps, equal images, or equal time. */
export type CurveAxis = keyof typeof axes;

/** The validation Dice (of photographs the mIoU) of every arm while it is trained, against what that has cost. */
export function learningFigure(
  { arms, title, phantom, measure, config: { labeled } }: LearningCurves,
  { by = "updates", ...look }: { by?: CurveAxis } & Untitled = {},
): Figure {
  const points = arms.flatMap(({ title: arm, points: own }) =>
    atCommonCost(own, by).map(({ seed, draw, score, at }) => ({ arm, seed, draw, step: at, value: score, phantom })),
  );
  if (points.length === 0)
    throw new Problem(
      `curves: found no validation in the trainings of ${arms.map((one) => one.title).join(", ")}, expected at least one; train them first, or wait for their first`,
    );
  const ends = arms.flatMap(({ title: name, points: own }) => {
    const last = Math.max(...own.map(({ updates }) => updates));
    const values = own.filter(({ updates }) => updates === last).map(({ score }) => score);
    return values.length > 0 ? [{ name, value: values.reduce((sum, value) => sum + value, 0) / values.length }] : [];
  });
  return curves(points, {
    ...(ends.length > 0 && { title: `${fromTo(ends)} at the last validation` }),
    y: `${measure} on the validation cases (0 to 1)`,
    x: axes[by],
    subtitle: `${title}, ${labeled} labelled`,
    ...look,
  });
}

/** Times differ from training to training: the n-th validations of an arm are drawn at their mean. */
function atCommonCost(points: LearningCurves["arms"][number]["points"], by: CurveAxis) {
  const byStep = new Map<number, number[]>();
  for (const point of points) byStep.set(point.updates, [...(byStep.get(point.updates) ?? []), point[by]]);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return points.map((point) => ({ ...point, at: Math.round(mean(byStep.get(point.updates) ?? [])) }));
}
