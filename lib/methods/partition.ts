/** Number of equal parts of a volume along its slices (Chaitanya et al. 2020): the same part of two volumes shows about the same anatomy. */
export const partitionCount = 4;

/** The part of its volume that a slice lies in, from 0. */
export const partitionOf = ({ slice, slices }: { slice: number; slices: number }): number =>
  Math.floor((partitionCount * slice) / slices);
