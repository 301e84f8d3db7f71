import { as, chain, filled, type Info, type Kernel, mend, run, same, scalarOf, sizeOf } from "./kernel.js";

type Reduction = "Sum" | "Mean" | "Max" | "Min" | "Prod" | "Any" | "All";

/** What each reduction begins with, by type, and how it takes another value in. */
const reductions: Record<Reduction, { begin: { f32: string; i32: string }; value: number; take: string }> = {
  Sum: { begin: { f32: "0.0", i32: "0" }, value: 0, take: "best + value" },
  Mean: { begin: { f32: "0.0", i32: "0" }, value: 0, take: "best + value" },
  Max: { begin: { f32: "x[first]", i32: "x[first]" }, value: -Infinity, take: "select(best, value, value > best)" },
  Min: { begin: { f32: "x[first]", i32: "x[first]" }, value: Infinity, take: "select(best, value, value < best)" },
  Prod: { begin: { f32: "1.0", i32: "1" }, value: 1, take: "best * value" },
  Any: { begin: { f32: "0.0", i32: "0" }, value: 0, take: "max(best, value)" },
  All: { begin: { f32: "1.0", i32: "1" }, value: 1, take: "min(best, value)" },
};

/**
 * Reductions over any axes of any rank, of float32, int32 and bool. TensorFlow.js transposes until the reduced axes are last, for which it has no shader where
 * the values are whole numbers, and gives every result a workgroup of its own, however little there is to reduce.
 */
export function mendReductions(): void {
  for (const name of Object.keys(reductions) as Reduction[])
    mend(
      name,
      () =>
        ({ x }, { axis, reductionIndices, keepDims }) =>
          reduce(name, x, (axis ?? reductionIndices) as number | number[] | null, keepDims === true),
    );
  for (const name of ["ArgMax", "ArgMin"] as const) mend(name, () => positionOf(name));
}

/** Reduces some axes. */
export function reduce(name: Reduction, x: Info, axis: number | number[] | null, keepDims: boolean): Info {
  const axes = axesOf(axis, x.shape.length);
  const shape = x.shape.map((length, at) => (axes.includes(at) ? 1 : length));
  const outShape = keepDims ? shape : x.shape.filter((_, at) => !axes.includes(at));
  const dtype = outputType(name, x.dtype);
  const count = sizeOf(axes.map((at) => x.shape[at]));
  if (sizeOf(x.shape) === 0) return filled(outShape, dtype, reductions[name].value / (name === "Mean" ? count : 1));
  const runs = runsOf(axes, x.shape).filter(({ n }) => n > 1);
  if (runs.length === 0 && x.dtype === dtype) return same(x, outShape);
  if (runs.length === 0) runs.push({ outer: sizeOf(x.shape), n: 1, inner: 1 });
  const stages = runs.flatMap((span) => stagesOf(span));
  const last = stages.length - 1;
  const steps = stages.map(
    (stage, at) => (part: Info) => stageOf(name, part, stage, dtype, at === last && name === "Mean" ? count : 1),
  );
  return as(chain(x, steps), outShape);
}

const outputType = (name: Reduction, dtype: Info["dtype"]): Info["dtype"] => {
  if (name === "Mean") return "float32";
  if (name === "Any" || name === "All") return "bool";
  return dtype === "bool" && (name === "Sum" || name === "Prod") ? "int32" : dtype;
};

/** Axes from the first to the last; none given means all. */
export function axesOf(axis: number | number[] | null | undefined, rank: number): number[] {
  const given = axis === null || axis === undefined ? Array.from({ length: rank }, (_, at) => at) : [axis].flat();
  return [...new Set(given.map((at) => (at < 0 ? at + rank : at)))].sort((a, b) => a - b);
}

/** A tensor as [outer, n, inner], of which n is reduced. */
interface Span {
  outer: number;
  n: number;
  inner: number;
}

/** Neighbouring axes are reduced as one; the last first, so that the earlier ones find what is left of it. */
function runsOf(axes: readonly number[], shape: readonly number[]): Span[] {
  const spans: Span[] = [];
  const left = [...shape];
  for (let to = axes.length; to > 0; ) {
    let from = to - 1;
    while (from > 0 && axes[from - 1] === axes[from] - 1) from--;
    const [first, end] = [axes[from], axes[to - 1] + 1];
    spans.push({
      outer: sizeOf(left.slice(0, first)),
      n: sizeOf(left.slice(first, end)),
      inner: sizeOf(left.slice(end)),
    });
    left.fill(1, first, end);
    to = from;
  }
  return spans;
}

/** One dispatch: each thread takes in every `parts`-th of n values. */
interface Stage extends Span {
  parts: number;
}

/** How many threads share the values of one result, so that each has few and few are left to reduce. */
export const partsOf = (values: number): number =>
  Math.ceil(values / Math.min(512, Math.max(32, Math.ceil(Math.sqrt(values)))));

/** Where there are few results of many values, threads share the values of each and their results are reduced again. */
function stagesOf(span: Span): Stage[] {
  const results = span.outer * span.inner;
  if (span.n <= 64 || results >= 65536) return [{ ...span, parts: 1 }];
  const parts = partsOf(span.n);
  return [{ ...span, parts }, ...stagesOf({ ...span, n: parts })];
}

function stageOf(
  name: Reduction,
  x: Info,
  { outer, n, inner, parts }: Stage,
  dtype: Info["dtype"],
  divisor: number,
): Info {
  const { begin, take } = reductions[name];
  const type = scalarOf({ dtype });
  const isNumber = name === "Max" || name === "Min";
  return run({
    name: `reduce ${name} ${type}`,
    inputs: { x },
    uniforms: { n, inner, parts, divisor },
    floats: ["divisor"],
    shape: [outer, parts, inner],
    dtype,
    // neighbouring threads read neighbouring values
    code: `
      let i = index % uniforms.inner;
      let o = index / uniforms.inner / uniforms.parts;
      let part = index / uniforms.inner % uniforms.parts;
      let first = (o * uniforms.n + part) * uniforms.inner + i;
      var best = ${type}(${begin[type]});
      for (var k = part; k < uniforms.n; k = k + uniforms.parts) {
        let value = ${type}(x[(o * uniforms.n + k) * uniforms.inner + i]);
        best = ${take};
        ${isNumber && type === "f32" ? "if (isnan(value)) { best = value; }" : ""}
      }
      result[index] = ${type === "f32" ? "best / uniforms.divisor" : "best"};`,
  });
}

/** Where along an axis the largest or smallest value is, the first of equal ones. */
const positionOf =
  (name: "ArgMax" | "ArgMin"): Kernel =>
  ({ x }, { axis }) => {
    const rank = x.shape.length;
    const at = axesOf(axis as number, rank)[0] ?? 0;
    const [outer, n, inner] = [sizeOf(x.shape.slice(0, at)), x.shape[at] ?? 1, sizeOf(x.shape.slice(at + 1))];
    const type = scalarOf(x);
    const found = run({
      name: `${name} ${type}`,
      inputs: { x },
      uniforms: { n, inner },
      shape: [outer, inner],
      dtype: "int32",
      code: `
        let start = index / uniforms.inner * uniforms.n * uniforms.inner + index % uniforms.inner;
        var best = x[start];
        var place = 0;
        for (var k = 1; k < uniforms.n; k = k + 1) {
          let value = x[start + k * uniforms.inner];
          if (value ${name === "ArgMax" ? ">" : "<"} best) { best = value; place = k; }
        }
        result[index] = place;`,
    });
    return as(
      found,
      x.shape.filter((_, axis) => axis !== at),
    );
  };
