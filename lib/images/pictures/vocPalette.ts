/** The colour of an index in Pascal VOC's palette: bits 0, 3 and 6 of the index are the highest bits of red, bits 1, 4 and 7 of green, 2 and 5 of blue. */
export function vocColor(index: number): readonly [number, number, number] {
  const channel = (first: number) =>
    [0, 1, 2].reduce((sum, group) => sum | (((index >> (first + 3 * group)) & 1) << (7 - group)), 0);
  return [channel(0), channel(1), channel(2)];
}

/** All 256 colours of that palette, as in the masks' files. */
export const vocPalette: readonly (readonly [number, number, number])[] = Array.from({ length: 256 }, (_, i) =>
  vocColor(i),
);
