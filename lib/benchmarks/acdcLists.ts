import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem.js";
import { dataFolder } from "./places.js";
import type { Slice } from "./pools.js";

/** The parts of ACDC by their ids, in the order of the lists: slices to train on, volumes to score. */
export interface AcdcLists {
  train: readonly string[];
  validation: readonly string[];
  test: readonly string[];
}

/** The official lists, or those in a folder with files of the same names. */
export function readLists(where: string): AcdcLists {
  const folder = where === "official" ? join(dataFolder, "splits", "acdc") : where;
  const lists = {
    train: read(join(folder, "train_slices.txt")),
    validation: read(join(folder, "val.txt")),
    test: read(join(folder, "test.txt")),
  };
  const patientOf = (id: string) => id.split("_")[0];
  const training = new Set(lists.train.map(patientOf));
  const validating = new Set(lists.validation.map(patientOf));
  const leak =
    [...lists.validation, ...lists.test].map(patientOf).find((patient) => training.has(patient)) ??
    lists.test.map(patientOf).find((patient) => validating.has(patient));
  if (leak)
    throw new Problem(`${folder}: found ${leak} in two lists, expected each patient in one only; correct the lists`);
  return lists;
}

function read(path: string): string[] {
  if (!existsSync(path))
    throw new Problem(
      `${path}: not found, expected one id per line; name a folder with train_slices.txt, val.txt and test.txt, or "official"`,
    );
  const ids = readFileSync(path, "utf8").split(/\r?\n/).filter(Boolean);
  const pattern = path.endsWith("slices.txt")
    ? /^patient\d{3}_frame0[12]_slice_[1-9]\d*$/
    : /^patient\d{3}_frame0[12]$/;
  const wrong = ids.find((id, i) => !pattern.test(id) || ids.indexOf(id) !== i);
  if (wrong !== undefined)
    throw new Problem(
      `${path}: found ${JSON.stringify(wrong)}, expected ids such as "patient099_frame01${path.endsWith("slices.txt") ? "_slice_15" : ""}", each once; correct the list`,
    );
  return ids;
}

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
  const order = [...new Set(ids.map((id) => id.split("_")[0]))];
  if (patients > order.length && patients !== all)
    throw new Problem(
      `acdc: found ${order.length} patients in the training list, expected at least the ${patients} to be labelled; choose fewer`,
    );
  const taken = new Set(order.slice(0, patients));
  return ids.filter((id) => taken.has(id.split("_")[0])).length;
}
