/** Number of voxels of each class in all of some label maps. */
export function counts(labels: readonly { data: Uint8Array }[], classes: number): number[] {
  const found = Array<number>(classes).fill(0);
  for (const { data } of labels) for (const value of data) found[value]++;
  return found;
}

/** The same in percent of all voxels. */
export function shares(labels: readonly { data: Uint8Array }[], classes: number): number[] {
  const found = counts(labels, classes);
  const total = found.reduce((sum, count) => sum + count, 0);
  return found.map((count) => (100 * count) / total);
}

/** Numbers from 0, one for each id. */
export const numbered = <T>(count: number, name: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => name(i));
