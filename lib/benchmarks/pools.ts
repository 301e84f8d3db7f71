import { Problem } from "../problem.js";
import type { Case, CaseSet, Pool } from "./benchmark.js";
import type { Part } from "./cache/store.js";

/** A training slice (or photograph, or volume, as a file of one): where it belongs, and what is decoded to get it. */
export interface Slice {
  id: string;
  case: string;
  slice: number;
  slices: number;
  /** The volume it is read with, or itself where slices have files of their own. */
  file: string;
  /** Its place in the file. */
  place: number;
}

/** The pool of some slices; an unlabelled pool hands out no label, whatever `read` finds. */
export function pool(slices: readonly Slice[], labeled: boolean, read: (slice: Slice) => Promise<Part>): Pool {
  return {
    labeled,
    size: slices.length,
    ids: slices.map(({ id }) => id),
    places: slices,
    async read(index) {
      const slice = at(slices, index, labeled ? "labelled slice" : "unlabelled slice");
      const { image, label, shape } = await read(slice);
      const example = { id: slice.id, case: slice.case, slice: slice.slice, slices: slice.slices, image, shape };
      return labeled ? { ...example, label } : example;
    },
  };
}

/** The cases of one part of the split, read one at a time by `read`, which asks the leak guard first. */
export function caseSet(split: CaseSet["split"], ids: readonly string[], read: (id: string) => Promise<Case>): CaseSet {
  return { split, ids, read: async (index) => read(at(ids, index, `${split} case`)) };
}

function at<T>(list: readonly T[], index: number, what: string): T {
  if (Number.isInteger(index) && index >= 0 && index < list.length) return list[index];
  throw new Problem(`${what} ${index}: found no such one, expected a whole number from 0 to ${list.length - 1}`);
}
