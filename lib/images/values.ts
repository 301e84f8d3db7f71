const kinds = [Float32Array, Uint8Array, Int8Array, Int32Array, Float64Array, Int16Array, Uint16Array];

/** Numbers of a grid, row-major. */
export type Values = Float32Array | Uint8Array | Int8Array | Int32Array | Float64Array | Int16Array | Uint16Array;

/** An array of zeros of the same kind as another. */
export function zerosLike<A extends Values>(values: A, length: number): A;
export function zerosLike(values: Values, length: number): Values {
  for (const Kind of kinds) if (values instanceof Kind) return new Kind(length);
  throw new TypeError(`found ${Object.prototype.toString.call(values)}, expected a typed array`);
}

/** Number of places in a grid. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
