import { groupsOf } from "../../samplers/groups.js";
import { samplers } from "../../samplers/index.js";
import { outcomes } from "../../samplers/outcomes.js";
import { variances } from "../../samplers/variance.js";
import { fixed } from "../../written.js";
import { meanCorrelation } from "./gains.js";

/** A field of whole numbers on 16 pixels whose variances are exact in binary, so that theory and counting can be compared to the last digit. */
export interface ConstructedField {
  name: string;
  h: readonly number[];
  /** Group of each pixel. */
  label: readonly number[];
}

const halves = Array.from({ length: 16 }, (_, i) => (i < 8 ? 0 : 1));
const line = [0, 1, 2, 3, 4, 5, 6, 7];

/** Fields on which partners undo each other, on which they repeat each other, and with unequal groups. */
export const constructedFields: readonly ConstructedField[] = [
  { name: "slope in each of two groups (odd)", h: [...line, ...line.map((value) => 10 + value)], label: halves },
  {
    name: "valley in each of two groups (even)",
    h: [...line, ...line].map((value, i) => Math.abs(2 * value - 7) + 10 * halves[i]),
    label: halves,
  },
  {
    name: "groups of 4, 4 and 8",
    h: [0, 3, 1, 4, 10, 12, 11, 15, 5, 2, 7, 4, 9, 6, 3, 8],
    label: [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2],
  },
];

/** A variance counted over every outcome that a draw can take, beside the theorem's. */
export interface ExactVariance {
  field: string;
  sampler: "ns" | "sg" | "sag";
  outcomes: number;
  /** In lowest terms. */
  counted: { numerator: bigint; denominator: bigint };
  theory: number;
  /** Without the weights, as the paper prints Theorem 3.2; for SG alone. */
  printed?: number;
  /** Correlation of the partners that are drawn. */
  rho: number;
}

/** Counts the variance of the mean of n draws from a field over all outcomes, in whole numbers, and states the theorem's. */
export function exactVariances({ name, h, label }: ConstructedField, { n = 4 } = {}): ExactVariance[] {
  const groups = groupsOf(label);
  const population = { pixels: Int32Array.from(h.keys()), shape: [h.length] };
  const theory = variances(h, groups, n);
  return (["ns", "sg", "sag"] as const).map((sampler) => {
    const sums = new Map<number, number>(); // how many outcomes have which sum; all outcomes are equally likely
    let all = 0;
    for (const { value } of outcomes((rng) => samplers[sampler].draw(population, groups, n, rng).index)) {
      const sum = value.reduce((total, position) => total + h[position], 0);
      sums.set(sum, (sums.get(sum) ?? 0) + 1);
      all++;
    }
    const [sum, square] = [1, 2].map((power) =>
      [...sums].reduce((total, [value, times]) => total + BigInt(times) * BigInt(value) ** BigInt(power), 0n),
    );
    return {
      field: name,
      sampler,
      outcomes: all,
      counted: reduced(BigInt(all) * square - sum ** 2n, (BigInt(all) * BigInt(n)) ** 2n),
      theory: theory[sampler],
      printed: sampler === "sg" ? printedTheorem(h, label, n) : undefined,
      rho: meanCorrelation(theory, (m) => Math.floor((n * (groups.starts[m + 1] - groups.starts[m])) / h.length / 2)),
    };
  });
}

/** Theorem 3.2 as printed: Var[NS] − (1/n) Σ_m (μ_m − μ)², without w_m. */
function printedTheorem(h: readonly number[], label: readonly number[], n: number): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const whole = mean(h);
  const variance = mean(h.map((value) => (value - whole) ** 2));
  const means = [...new Set(label)].map((m) => mean(h.filter((_, i) => label[i] === m)));
  return (variance - means.reduce((sum, own) => sum + (own - whole) ** 2, 0)) / n;
}

function reduced(numerator: bigint, denominator: bigint): ExactVariance["counted"] {
  const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisor(b, a % b));
  const by = divisor(numerator, denominator);
  return { numerator: numerator / by, denominator: denominator / by };
}

/** Whether the theorem gives the counted fraction to the last binary digit. */
export const isEqual = ({ counted: { numerator, denominator }, theory }: Pick<ExactVariance, "counted" | "theory">) =>
  Number(numerator) / Number(denominator) === theory;

/** Rows of a table. */
export const exactRows = (found: readonly ExactVariance[]) =>
  found.map((one) => ({
    field: one.field,
    sampler: one.sampler.toUpperCase(),
    outcomes: one.outcomes,
    counted: one.counted.numerator === 0n ? "0" : `${one.counted.numerator}/${one.counted.denominator}`,
    theorem: String(one.theory),
    equal: isEqual(one) ? "to the last digit" : "no",
    "as printed": one.printed === undefined ? "" : String(one.printed).replace("-", "−"),
  }));

/** Whether theory and counting are equal, what the printed theorem says, and where SAG loses, a sentence each. */
export function exactFindings(found: readonly ExactVariance[]): string[] {
  const equal = found.filter(isEqual).length;
  const printed = found.filter((one) => one.printed !== undefined);
  const wrong = printed.filter((one) => one.printed !== one.theory);
  const fields = [...new Set(found.map(({ field }) => field))];
  const compared = fields.map((field) => {
    const of = (sampler: string) =>
      found.find((one) => one.field === field && one.sampler === sampler)?.theory ?? Number.NaN;
    const rho = found.find((one) => one.field === field)?.rho ?? Number.NaN;
    return { field, rho, ratio: of("sag") / of("sg") };
  });
  const words = compared.map(
    ({ field, rho, ratio }) => `${fixed(ratio, 2)} times SG's on “${field}” (ρ = ${fixed(rho, 2)})`,
  );
  return [
    `${equal} of ${found.length} counted variances equal the corrected theorem's to the last binary digit.`,
    `Without the weights, as printed, Theorem 3.2 gives another number on ${wrong.length} of ${printed.length} fields${
      wrong.some((one) => (one.printed ?? 0) < 0) ? ", and a negative variance among them" : ""
    }.`,
    `The variance of SAG is ${words.join(", ")}: it loses to SG where partners are alike, ρ > 0.`,
  ];
}
