import { as, free, type Info, type Kernel, mend, mostInputs, sizeOf } from "./kernel.js";

const binary = [
  "Add",
  "Atan2",
  "Equal",
  "FloorDiv",
  "Greater",
  "GreaterEqual",
  "Less",
  "LessEqual",
  "LogicalAnd",
  "LogicalOr",
  "Maximum",
  "Minimum",
  "Mod",
  "Multiply",
  "NotEqual",
  "Pow",
  "RealDiv",
  "SquaredDifference",
  "Sub",
];

/** Operations on one value of each input at a time, for any rank and number of inputs. */
export function mendElementwise(): void {
  for (const name of binary) mend(name, joined);
  mend("AddN", summed);
  mend("Select", selected);
}

/** Two tensors that are broadcast to each other, with neighbouring axes joined that both have or that the same one lacks. */
const joined =
  (stock: Kernel): Kernel =>
  ({ a, b }) => {
    const rank = Math.max(a.shape.length, b.shape.length);
    if (rank < 3) return stock({ a, b }, {});
    const [left, right] = [a, b].map(({ shape }) => [...Array<number>(rank - shape.length).fill(1), ...shape]);
    const shape = left.map((length, axis) => (length === 1 ? right[axis] : length));
    const axes: { a: number; b: number; kind: string }[] = [];
    for (const [at, length] of shape.entries()) {
      if (length === 1) continue;
      const kind = `${left[at] === length} ${right[at] === length}`;
      const last = axes[axes.length - 1];
      if (last?.kind === kind) Object.assign(last, { a: last.a * left[at], b: last.b * right[at] });
      else axes.push({ a: left[at], b: right[at], kind });
    }
    if (axes.length === 0) axes.push({ a: 1, b: 1, kind: "" });
    const short = (lengths: number[]) => (lengths.length === 2 && lengths[0] === 1 ? lengths.slice(1) : lengths);
    const of = (info: Info, side: "a" | "b") => as(info, short(axes.map((axis) => axis[side])));
    return as(stock({ a: of(a, "a"), b: of(b, "b") }, {}), shape);
  };

/** A sum of many: as many at a time as a shader may read. */
const summed =
  (stock: Kernel): Kernel =>
  (inputs) => {
    const all = Object.values(inputs);
    const most = mostInputs();
    const [{ shape }] = all;
    const add = (infos: Info[]) => stock(infos.map((info) => as(info, [sizeOf(shape)])) as never, {});
    let sum = add(all.slice(0, most));
    for (let at = most; at < all.length; at += most - 1) {
      const next = add([sum, ...all.slice(at, at + most - 1)]);
      free(sum);
      sum = next;
    }
    return as(sum, shape);
  };

const selected =
  (stock: Kernel): Kernel =>
  ({ condition, t, e }, attrs) => {
    if (condition.shape.length !== t.shape.length) return stock({ condition, t, e }, attrs);
    const flat = (info: Info) => as(info, [sizeOf(info.shape)]);
    return as(stock({ condition: flat(condition), t: flat(t), e: flat(e) }, attrs), t.shape);
  };
