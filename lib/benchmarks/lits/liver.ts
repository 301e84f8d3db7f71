import { z } from "zod";
import { Problem } from "../../problem.js";
import type { DataOptions } from "../benchmark.js";
import { remembered } from "../cache/remembered.js";
import { oneOf } from "../choices.js";
import { slicesOf } from "../kinds/slices.js";
import type { Slice } from "../pools.js";
import type { LitsFiles } from "./files.js";
import { codes } from "./preprocessing.js";

/** The slices of a volume that are trained on; its label is read where liver decides, which for unlabelled volumes only "liverByAllLabels" does. */
export async function trainedOn(
  files: LitsFiles,
  id: string,
  depth: number,
  isLabeled: boolean,
  options: DataOptions,
): Promise<Slice[]> {
  const slices = slicesOf(id, depth);
  const rule = oneOf("lits", "slices", options.slices, ["liverWhereLabelled", "liverByAllLabels", "all"]);
  if (rule === "all" || (rule === "liverWhereLabelled" && !isLabeled)) return slices;
  const { images, labels } = files.paths(id);
  const memory = {
    benchmark: "lits",
    id: `${id}.liver`,
    question: ["slices with liver", codes, 1],
    files: [...images, ...labels],
    answer: z.array(z.number()),
  };
  return (await remembered(memory, () => liverIn(files, id))).map((place) => slices[place]);
}

/** The slices of a volume that bear liver or lesion, lowest first. Throws a Problem where none does. */
export async function liverIn(files: LitsFiles, id: string): Promise<number[]> {
  const bearing: number[] = [];
  for await (const slice of await files.labelSlices(id, codes))
    if (slice.data.includes(1) || slice.data.includes(2)) bearing.push(slice.z);
  if (bearing.length > 0) return bearing.sort((a, b) => a - b);
  const { images, labels } = files.paths(id);
  throw new Problem(`${labels[0] ?? images[0]}: found no liver in any slice, expected some; get the file again`);
}
