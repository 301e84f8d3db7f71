/** Eligible pixels: flat indices into [images, ...shape], ascending (raster order), and the size of one image or volume. */
export interface Population {
  readonly pixels: Int32Array;
  readonly shape: readonly number[];
}

/** The pixels at which a mask [images, ...shape] is not zero. */
export function populationOf(mask: ArrayLike<number>, shape: readonly number[]): Population {
  let count = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) count++;
  const pixels = new Int32Array(count);
  for (let i = 0, next = 0; i < mask.length; i++) if (mask[i] !== 0) pixels[next++] = i;
  return { pixels, shape };
}
