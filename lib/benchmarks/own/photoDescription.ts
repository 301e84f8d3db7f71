import { readFileSync } from "node:fs";
import { z } from "zod";
import { onDisk } from "../../disk.js";
import { parsedJson } from "../../json.js";
import { digest } from "../cache/names.js";
import {
  checkedBy,
  checkSplit,
  color,
  descriptionIn,
  filesSchema,
  foundSchema,
  nameRule,
  splitSchema,
  whole,
} from "./description.js";

const schema = z.object({
  /** 1 is the form of scans. */
  form: z.literal(2),
  name: z.string().regex(nameRule),
  /** What the paths of the photographs begin with: two lines to correct when the files are moved. */
  folders: z.object({ images: z.string(), labels: z.string() }),
  /** By number; `value` is what stands in the masks. */
  classes: z.array(z.object({ name: z.string(), color, value: whole.max(255) })).min(2),
  /** Value of what is neither learnt nor scored. */
  ignored: whole.max(255).optional(),
  /** Side of the cuts that are trained on. */
  crop: z.int().min(16),
  /** Labelled ones to train on, in the order in which fewer of them are taken; those without a mask; and what is scored. */
  split: splitSchema,
  photographs: z.record(z.string(), filesSchema),
  /** What was decided and why, and what was odd, in sentences. */
  decisions: z.array(z.string()),
  oddities: z.array(z.string()),
  /** What was found, for people. */
  found: foundSchema,
});

/** Photographs of one's own, as benchmark.json says it. */
export type PhotoDescription = z.infer<typeof schema>;

/** The benchmark.json in a folder where it is one of photographs, undefined where it is one of scans. Throws a Problem where it is damaged. */
export function readPhotoDescription(folder: string): PhotoDescription | undefined {
  const path = descriptionIn(folder);
  const again = "import the photographs again (arco data import … --overwrite)";
  const found = parsedJson(
    onDisk(path, () => readFileSync(path, "utf8")),
    path,
    "correct it there, or import the scans again (arco data import … --overwrite)", // of which kind it is cannot be told
  );
  if ((found as { form?: unknown } | null)?.form !== 2) return undefined;
  const description = checkedBy(schema, found, { path, again });
  checkSplit(description.split, description.photographs, { path, again });
  return description;
}

/** Names everything that decides a result, wherever the files lie. */
export const photoIdentity = ({ classes, ignored, split, photographs }: PhotoDescription): string =>
  digest([
    classes.map(({ name, value }) => [name, value]),
    ignored,
    split,
    Object.values(photographs).map(({ sha256 }) => sha256),
  ]);
