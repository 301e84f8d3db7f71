import { as, mend, sizeOf } from "./kernel.js";

/** Rows that TensorFlow.js multiplies in one dispatch: groups of eight, of which WebGPU starts 65,535 along an axis. */
const most = 8 * 65_535;

/** Products of more rows than one dispatch takes, as of the pixels of a large batch: a batch of products with the same matrix. */
export function mendProducts(): void {
  mend("BatchMatMul", (stock) => ({ a, b }, attrs) => {
    const rank = Math.max(a.shape.length, b.shape.length);
    const [rows, inner] = a.shape.slice(-2);
    const columns = b.shape[b.shape.length - (attrs.transposeB ? 2 : 1)];
    const isOne = sizeOf(a.shape.slice(0, -2)) === 1 && sizeOf(b.shape.slice(0, -2)) === 1;
    if (rows <= most || attrs.transposeA || !isOne) return stock({ a, b }, attrs);
    const parts = partsOf(rows);
    const product = stock({ a: as(a, [parts, rows / parts, inner]), b: as(b, [1, ...b.shape.slice(-2)]) }, attrs);
    return as(product, [...Array<number>(rank - 2).fill(1), rows, columns]);
  });
}

/** The fewest equal parts of so many rows that one dispatch takes each of. */
function partsOf(rows: number): number {
  let parts = Math.ceil(rows / most);
  while (rows % parts !== 0) parts++;
  if (parts > 65_535)
    throw new Error(
      `matMul: WebGPU cannot multiply ${rows} rows, which have no divisor below 65,536; take another batch size`,
    );
  return parts;
}
