import { as, chain, free, type Info, type Kernel, mend, run, same, scalarOf, sizeOf } from "./kernel.js";
import { axesOf } from "./reduce.js";

/**
 * Operations that move or repeat values along axes, for any rank and type: TensorFlow.js's shaders know four axes of some operations, six of others,
 * and some of them no whole numbers.
 */
export function mendAxes(): void {
  mend(
    "Transpose",
    (stock) =>
      ({ x }, { perm }) =>
        transpose(x, perm as number[], stock),
  );
  mend("PadV2", (stock) => alongAxes(stock, "paddings"));
  mend("MirrorPad", (stock) => alongAxes(stock, "paddings"));
  mend("Tile", tiled);
  mend("Reverse", reversed);
  for (const name of ["Cumsum", "Cumprod"]) mend(name, accumulated);
}

/** Swaps axes. Neighbours that stay neighbours move as one. */
function transpose(x: Info, perm: readonly number[], stock: Kernel): Info {
  const moved = perm.filter((axis) => x.shape[axis] !== 1); // an axis of one place moves nothing
  const groups: number[][] = [];
  for (const axis of moved) {
    const group = groups[groups.length - 1];
    const next = [...moved].sort((a, b) => a - b);
    if (group && next.indexOf(axis) === next.indexOf(group[group.length - 1]) + 1) group.push(axis);
    else groups.push([axis]);
  }
  const shape = perm.map((axis) => x.shape[axis]);
  if (groups.length < 2) return same(x, shape);
  const order = [...groups].sort(([a], [b]) => a - b);
  const joined = as(
    x,
    order.map((group) => sizeOf(group.map((axis) => x.shape[axis]))),
  );
  const newPerm = groups.map((group) => order.indexOf(group));
  if (newPerm.length === 2) return as(stock({ x: joined }, { perm: newPerm }), shape); // through shared memory
  if (newPerm.length > 6) throw new Error(`transpose: WebGPU moves 6 axes at most, found ${newPerm.length}`);
  const from = newPerm.map((_, axis) => `coords.${"xyzwuv"[newPerm.indexOf(axis)]}`).join(", ");
  const rank = newPerm.length;
  const moving = run({
    name: `transpose ${newPerm}`,
    inputs: { A: joined },
    shape: newPerm.map((axis) => joined.shape[axis]),
    dtype: x.dtype,
    code: `
      let coords = getCoordsFromIndex(index);
      result[index] = ${scalarOf(x)}(A[getIndexFromCoords${rank}D(${rank > 4 ? `vec${rank}` : `vec${rank}<i32>`}(${from}), uniforms.aShape)]);`,
  });
  return as(moving, shape);
}

/** A tensor as [outer, length of an axis, inner]. */
const around = (x: Info, axis: number): Info =>
  as(x, [sizeOf(x.shape.slice(0, axis)), x.shape[axis], sizeOf(x.shape.slice(axis + 1))]);

/** A shape with another length of one axis. */
const withLength = (shape: readonly number[], axis: number, length: number) =>
  shape.map((before, at) => (at === axis ? length : before));

/** Pads one axis after the other where there are more than four. */
const alongAxes =
  (stock: Kernel, name: string): Kernel =>
  ({ x }, attrs) => {
    const paddings = attrs[name] as [number, number][];
    if (x.shape.length <= 4) return stock({ x }, attrs);
    const steps = paddings.flatMap(([before, after], axis) =>
      before + after === 0
        ? []
        : (part: Info) => {
            const padded = stock(
              { x: around(part, axis) },
              {
                ...attrs,
                [name]: [
                  [0, 0],
                  [before, after],
                  [0, 0],
                ],
              },
            );
            return as(padded, withLength(part.shape, axis, before + part.shape[axis] + after));
          },
    );
    return steps.length === 0 ? same(x) : chain(x, steps);
  };

// More than four axes are read back to the CPU by TensorFlow.js.
const tiled =
  (stock: Kernel): Kernel =>
  ({ x }, attrs) => {
    const reps = attrs.reps as number[];
    if (x.shape.length <= 4) return stock({ x }, attrs);
    const steps = reps.flatMap((count, axis) =>
      count === 1
        ? []
        : (part: Info) =>
            as(
              stock({ x: around(part, axis) }, { reps: [1, count, 1] }),
              withLength(part.shape, axis, part.shape[axis] * count),
            ),
    );
    return steps.length === 0 ? same(x) : chain(x, steps);
  };

const reversed =
  (stock: Kernel): Kernel =>
  ({ x }, attrs) => {
    if (x.shape.length <= 4) return stock({ x }, attrs);
    const steps = axesOf(attrs.dims as number[], x.shape.length).map(
      (axis) => (part: Info) => as(stock({ x: around(part, axis) }, { dims: [1] }), x.shape),
    );
    return steps.length === 0 ? same(x) : chain(x, steps);
  };

/** Sums or products so far: of the last axis of two, to which the others are brought. */
const accumulated =
  (stock: Kernel): Kernel =>
  ({ x }, attrs) => {
    const [axis] = axesOf(attrs.axis as number, x.shape.length);
    const apart = around(x, axis);
    const [outer, n, inner] = apart.shape;
    const rows = (info: Info) =>
      as(stock({ x: as(info, [outer * inner, n]) }, { ...attrs, axis: 1 }), [outer, inner, n]);
    if (inner === 1) return as(rows(x), x.shape);
    const swapped = swap(apart);
    const sums = rows(swapped);
    const back = swap(sums);
    free(swapped, sums);
    return as(back, x.shape);
  };

/** [a, b, c] as [a, c, b]. */
export const swap = (x: Info): Info =>
  run({
    name: "transpose 0,2,1",
    inputs: { A: x },
    shape: [x.shape[0], x.shape[2], x.shape[1]],
    dtype: x.dtype,
    code: `
      let coords = getCoordsFromIndex(index);
      result[index] = ${scalarOf(x)}(A[getIndexFromCoords3D(vec3<i32>(coords.x, coords.z, coords.y), uniforms.aShape)]);`,
  });
