import fc from "fast-check";
import type { Mask } from "../../lib/metrics/mask.js";

/** Any masks on one small grid of 2 or 3 dimensions, as many as asked for. */
export const masks = (count: number) => {
  const size = fc.integer({ min: 1, max: 7 });
  return fc.oneof(fc.tuple(size, size), fc.tuple(fc.integer({ min: 1, max: 4 }), size, size)).chain((shape) => {
    const length = shape.reduce((a, b) => a * b, 1);
    const sparse = fc
      .array(fc.nat(length - 1), { maxLength: 4 })
      .map((places) => Uint8Array.from({ length }, (_, i) => Number(places.includes(i))));
    const data = fc.oneof(sparse, fc.uint8Array({ minLength: length, maxLength: length, max: 1 }));
    return fc
      .array(data, { minLength: count, maxLength: count })
      .map((all) => all.map((one): Mask => ({ data: one, shape })));
  });
};

/** Any spacing along three axes; for images the first two count. */
export const spacings = fc.array(fc.double({ min: 0.2, max: 10, noNaN: true }), { minLength: 3, maxLength: 3 });

/** The place of a voxel along each axis. */
export function placeOf(index: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  for (const size of [...shape].reverse()) {
    place.unshift(index % size);
    index = Math.floor(index / size);
  }
  return place;
}
