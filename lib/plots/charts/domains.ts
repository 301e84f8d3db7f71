/** Where subplots in a row lie: first and last share of a length, for parts of so many pixels with a gap between. */
export function domains(sizes: readonly number[], gap: number): { length: number; domains: [number, number][] } {
  const length = sizes.reduce((sum, size) => sum + size, gap * (sizes.length - 1));
  let from = 0;
  const found = sizes.map((size): [number, number] => {
    const start = from;
    from += size + gap;
    return [start / length, (start + size) / length];
  });
  return { length, domains: found };
}
