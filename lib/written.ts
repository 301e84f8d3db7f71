import type { Summary } from "./statistics/summary.js";

// How numbers are written for people, in prose, tables and figures alike: minus signs are minus signs, and nothing is less than no difference.

/** With so many decimals: "0.512", "−0.010"; what rounds to zero has no sign. */
export const fixed = (value: number, digits: number): string => {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
};

/** With its sign and so many decimals: "+1.2", "−0.3", "0.0". */
export const signed = (value: number, digits = 1): string => {
  const text = fixed(value, digits);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
};

/** With so many digits that count: "0.0012", "−0.30". */
export const significant = (value: number, digits: number): string =>
  value === 0 ? "0" : value.toPrecision(digits).replaceAll("-", "−");

/** A share as percent: "45 %". */
export const percent = (share: number, digits = 0): string => `${fixed(100 * share, digits)} %`;

/** A probability of chance: "0.034", "< 0.001". */
export const probability = (p: number): string => (p < 0.001 ? "< 0.001" : fixed(p, 3));

/** Mean and standard deviation: "84.1 ± 0.3"; a dash where there is no value. */
export const plusMinus = ({ n, mean, sd }: Pick<Summary, "n" | "mean" | "sd">, digits: number, scale = 1): string =>
  n === 0 ? "–" : `${fixed(mean * scale, digits)}${sd === undefined ? "" : ` ± ${fixed(sd * scale, digits)}`}`;

/** The ends of an interval: "−0.3 to +1.2". */
export const range = (ends: readonly number[], write: (end: number) => string): string => ends.map(write).join(" to ");

/** How a difference is said: its unit, its words for either direction, and for none. */
export interface Direction {
  digits?: number;
  unit: string;
  more: string;
  less: string;
  none: string;
}

/** A difference in words: "1.2 Dice points better than before"; where it rounds to zero, the words for none. */
export function inWords(difference: number, { digits = 1, unit, more, less, none }: Direction): string {
  const size = fixed(Math.abs(difference), digits);
  return Number(size) === 0 ? none : `${size} ${unit} ${difference < 0 ? less : more}`;
}

/** A difference of Dice points with its sign: "+1.2 Dice points"; "no difference to a tenth of a Dice point" where it rounds to zero. */
export const dicePoints = (points: number): string => measurePoints(points, "Dice");

/** The same of another measure, such as the mIoU. */
export const measurePoints = (points: number, measure: string): string =>
  Number(fixed(points, 1)) === 0
    ? `no difference to a tenth of a ${measure} point`
    : `${signed(points)} ${measure} points`;

/** A duration as a person says it: 45 s, 3 min 20 s, 2 h 5 min. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
