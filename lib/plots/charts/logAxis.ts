import { Problem } from "../../problem.js";
import type { Axis } from "../render/figure.js";
import { axis } from "../render/theme.js";

/**
 * A logarithmic axis over some values, which says so in its title, with ticks at them where there are few, else at 1, 2 and 5 of every decade (powers of ten where there are many).
 * Throws a Problem for a value that is not above zero.
 */
export function logAxis(title: string, values: readonly number[], { ticks = ticksOver(values) } = {}): Axis {
  const wrong = values.find((value) => !(value > 0));
  if (wrong !== undefined)
    throw new Problem(`${title}: found ${wrong}, expected values above 0 for a logarithmic axis; leave it out`);
  const [low, high] = ends(values).map(Math.log10);
  const margin = 0.04 * Math.max(high - low, 0.5);
  return axis(title.endsWith(")") ? title.replace(/\)$/, ", log scale)") : `${title} (log scale)`, {
    type: "log",
    range: [low - margin, high + margin],
    tickvals: ticks,
    ticktext: ticks.map(power),
  });
}

const ends = (values: readonly number[]) => [
  values.reduce((a, b) => Math.min(a, b)),
  values.reduce((a, b) => Math.max(a, b)),
];

function ticksOver(values: readonly number[]): number[] {
  const [low, high] = ends(values);
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const within = (factors: readonly number[]) =>
    decades
      .flatMap((decade) => factors.map((factor) => Number(`${factor}e${decade}`)))
      .filter((tick) => tick >= low * 0.9 && tick <= high * 1.1);
  return (
    [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7]].map(within).find(({ length }) => length >= 4) ??
    within([1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9])
  );
}

/** 0.01, 500, 2·10⁻⁵. */
function power(value: number): string {
  if (value >= 0.001 && value < 100_000) return String(Number(value.toPrecision(3)));
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const factor = Number((value / 10 ** exponent).toPrecision(2));
  return `${factor === 1 ? "" : `${factor}·`}10<sup>${String(exponent).replace("-", "−")}</sup>`;
}
