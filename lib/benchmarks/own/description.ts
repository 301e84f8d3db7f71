import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { onDisk } from "../../disk.js";
import { parsedJson } from "../../json.js";
import { Problem } from "../../problem.js";
import { digest } from "../cache/names.js";

/** How names of benchmarks of one's own may look. */
export const nameRule = /^[a-z0-9][a-z0-9-]*$/;

/** A whole number from 0. */
export const whole = z.int().min(0);
/** Red, green and blue, from 0 to 255. */
export const color = z.tuple([whole.max(255), whole.max(255), whole.max(255)]).readonly();
const pair = z.tuple([z.number(), z.number()]).readonly();
const spacing = z.number().positive();

const ids = z.array(z.string());
/** Which cases are learnt from with labels, in the order in which fewer of them are taken, and without; and what is scored. */
export const splitSchema = z.object({ labeled: ids.min(1), unlabeled: ids, validation: ids, test: ids.min(1) });
/** The files of a case, and what was in them. */
export const filesSchema = z.object({
  image: z.string(),
  label: z.string().optional(),
  sha256: z.object({ image: z.string(), label: z.string().optional() }),
});
/** What an import found, for people. */
export const foundSchema = z.object({
  classes: z.array(z.object({ name: z.string(), percent: z.number(), cases: whole })),
  size: z.string(),
});

const schema = z.object({
  form: z.literal(1),
  name: z.string().regex(nameRule),
  /** What the paths of the cases begin with: two lines to correct when the files are moved. */
  folders: z.object({ images: z.string(), labels: z.string() }),
  /** Number 0 first; `value` is what stands in the label files. */
  classes: z.array(z.object({ name: z.string(), color, value: whole })).min(2),
  /** Value of what is not labelled, neither learnt nor scored. */
  ignored: whole.optional(),
  recipe: z.object({
    modality: z.enum(["mr", "ct"]),
    /** Of CT: the intensities that become 0 and 1; MR is clipped to its percentiles 0.5 and 99.5 and standardised, each volume by itself. */
    window: pair.optional(),
    /** Which way x, y, z point as the network sees a volume; slices follow one another along z. */
    orientation: z.string().length(3),
    /** Of the network's pixels, along y and x. */
    spacingMm: z.tuple([spacing, spacing]).readonly(),
    imageSize: z.tuple([z.int().min(16).multipleOf(16), z.int().min(16).multipleOf(16)]).readonly(),
    /** Whether training images may be mirrored and turned by quarter turns. */
    mirror: z.boolean(),
  }),
  /** Training cases with labels, in the order in which fewer of them are taken; those without; and what is scored. */
  split: splitSchema,
  cases: z.record(
    z.string(),
    filesSchema.extend({
      /** Slices in the network's orientation. */
      slices: z.int().min(1),
    }),
  ),
  /** What was decided and why, and what was odd, in sentences. */
  decisions: z.array(z.string()),
  oddities: z.array(z.string()),
  /** What was found, for people. */
  found: foundSchema.extend({
    spacing: z.string(),
    orientations: z.record(z.string(), whole),
  }),
});

/** A benchmark of one's own, as benchmark.json says it. */
export type Description = z.infer<typeof schema>;

/** Where a folder's description lies. */
export const descriptionIn = (folder: string) => join(folder, "benchmark.json");

/** Reads the benchmark.json in a folder. Throws a Problem where it is damaged or contradicts itself. */
export function readDescription(folder: string): Description {
  const path = descriptionIn(folder);
  const again = "import the scans again (arco data import … --overwrite)";
  const text = onDisk(path, () => readFileSync(path, "utf8"));
  const found = checkedBy(schema, parsedJson(text, path, `correct it there, or ${again}`), { path, again });
  checkSplit(found.split, found.cases, { path, again });
  return found;
}

/** What a file says by a schema. Throws a Problem with the first field that is wrong. */
export function checkedBy<T>(
  schema: z.ZodType<T>,
  value: unknown,
  { path, again }: { path: string; again: string },
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [{ path: field, message }] = result.error.issues;
  throw new Problem(`${path}: ${field.join(".")}: ${message}; ${again}`);
}

/** Throws a Problem where a case is in two parts of a split or has no entry, or is to be learnt from or scored and has no label. */
export function checkSplit(
  split: Description["split"],
  cases: Readonly<Record<string, { label?: string }>>,
  { path, again }: { path: string; again: string },
): void {
  const parts = Object.values(split).flat();
  const wrong = parts.find((id, at) => !Object.hasOwn(cases, id) || parts.indexOf(id) !== at);
  if (wrong !== undefined) throw new Problem(`${path}: split: found "${wrong}" twice or without its case; ${again}`);
  const bare = [split.labeled, split.validation, split.test].flat().find((id) => cases[id].label === undefined);
  if (bare !== undefined)
    throw new Problem(`${path}: split: "${bare}" has no label but is to be learnt from or scored; ${again}`);
}

/** Whether a folder holds a description, whole or damaged. */
export const hasDescription = (folder: string) => existsSync(descriptionIn(folder));

/** Names everything that decides a result, wherever the files lie: runs keep it, and are refused another import's data. */
export const identityOf = ({ classes, ignored, recipe, split, cases }: Description): string =>
  digest([
    classes.map(({ name, value }) => [name, value]),
    ignored,
    recipe,
    split,
    Object.values(cases).map(({ sha256 }) => sha256),
  ]);
