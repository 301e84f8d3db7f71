import { existsSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../../problem.js";
import { type ListedSplit, listFolder, readIds, readSplitLists } from "../lists.js";
import type { Slice } from "../pools.js";
import type { Modality } from "./files.js";

/** Volumes to train on in the whole set. */
export const all = 15;

const files: Readonly<Record<number, string>> = { 1: "train_5.txt", 2: "train_10.txt" }; // named by percent, rounded

/** The official lists, or those in a folder, for a modality: they name CT, and volumes of the same number are taken where MR is asked for. */
export function readLists(where: string, modality: Modality, labeled: number): ListedSplit {
  const lines = { id: /^(ct|mr)_train_10\d\d$/, example: "ct_train_1001" };
  const lists = readSplitLists(listFolder("mmwhs", where), labeled, { lines, all, file: files[labeled] });
  const named = (ids: readonly string[]) => ids.map((id) => id.replace(/^../, modality));
  return { ...lists, train: named(lists.train), test: named(lists.test) };
}

/**
 * The slices of all training volumes, those first that the list of the paper's "1 %" names: 18 slices of one volume. They are taken to count
 * from 1 along the axis chosen, upwards; the paper says neither.
 */
export function listedFirst(
  where: string,
  modality: Modality,
  slices: readonly Slice[],
): { slices: readonly Slice[]; labeled: number } {
  const path = join(listFolder("mmwhs", where), "train_1.txt");
  if (modality !== "ct")
    throw new Problem(
      `mmwhs: option labeledBy: found "slices" with modality "mr", but ${path} names slices of a CT volume; choose "volumes", or modality "ct"`,
    );
  if (!existsSync(path)) throw new Problem(`${path}: not found, expected the ids of labelled slices; choose "volumes"`);
  const ids = readIds(path, { id: /^ct_train_10\d\d_slice_[1-9]\d*$/, example: "ct_train_1018_slice_117" });
  const byId = new Map(slices.map((slice) => [slice.id, slice]));
  const first = ids.map((id) => {
    const slice = byId.get(id);
    if (!slice)
      throw new Problem(
        `${path}: found ${id}, but there is no such slice to train on; use the files of the challenge and axis "axial"`,
      );
    return slice;
  });
  const chosen = new Set(ids);
  return { slices: [...first, ...slices.filter(({ id }) => !chosen.has(id))], labeled: first.length };
}
