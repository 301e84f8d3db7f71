import { Problem } from "../../problem.js";
import { listFolder, readApart } from "../lists.js";
import type { Slice } from "../pools.js";

/** The parts of ACDC by their ids, in the order of the lists: slices to train on, volumes to score. */
export interface AcdcLists {
  train: readonly string[];
  validation: readonly string[];
  test: readonly string[];
}

const volumes = { id: /^patient\d{3}_frame0[12]$/, example: "patient099_frame01" };
const slices = { id: /^patient\d{3}_frame0[12]_slice_[1-9]\d*$/, example: "patient099_frame01_slice_15" };

/** The official lists, or those in a folder with files of the same names. Throws a Problem where a patient is in two of them. */
export function readLists(where: string): AcdcLists {
  const lists = { "train_slices.txt": slices, "val.txt": volumes, "test.txt": volumes };
  const [train, validation, test] = readApart(listFolder("acdc", where), lists, patientOf);
  return { train, validation, test };
}

/** Whose volume or slice it is. */
export const patientOf = (id: string) => id.split("_")[0];

/** Where each training slice lies: in a file of its own, or in that of its volume. */
export function trainingSlices(ids: readonly string[], hasSlices: boolean): Slice[] {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(volumeOf(id), (counts.get(volumeOf(id)) ?? 0) + 1);
  return ids.map((id) => {
    const volume = volumeOf(id);
    const slice = Number(id.split("_slice_")[1]) - 1; // stored from 1
    return {
      id,
      case: volume,
      slice,
      slices: counts.get(volume) ?? 0,
      ...(hasSlices ? { file: id, place: 0 } : { file: volume, place: slice }),
    };
  });
}

/** The volume of a slice. */
export const volumeOf = (slice: string) => slice.split("_slice_")[0];

// The table in the released code: slices taken for so many patients. 23 cuts patient099 in the middle of its second frame.
const released: Readonly<Record<number, number>> = { 1: 23, 3: 68, 7: 136 };

const all = 70; // also of shorter lists

/** How many of the first training slices are labelled when so many patients are. */
export function labeledSlices(ids: readonly string[], patients: number, by: "patients" | "slices"): number {
  if (by === "slices" && released[patients] !== undefined) return released[patients];
  const order = [...new Set(ids.map(patientOf))];
  if (patients > order.length && patients !== all)
    throw new Problem(
      `acdc: found ${order.length} patients in the training list, expected at least the ${patients} to be labelled; choose fewer`,
    );
  const taken = new Set(order.slice(0, patients));
  return ids.filter((id) => taken.has(patientOf(id))).length;
}
