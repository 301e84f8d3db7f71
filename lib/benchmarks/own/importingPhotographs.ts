import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeFolder, onDisk, writeWhole } from "../../disk.js";
import { stream } from "../../engine/random.js";
import { bytesOf } from "../../images/file.js";
import { readIndexMask, readPicture } from "../../images/pictures/index.js";
import { orientationIn } from "../../images/pictures/upright.js";
import { Problem } from "../../problem.js";
import type { Benchmark } from "../benchmark.js";
import { register } from "../index.js";
import { classesOf, sharesOf } from "./classes.js";
import { descriptionIn } from "./description.js";
import { ownFolder } from "./found.js";
import { checkPlace, type ImportOptions, nameOf } from "./importing.js";
import { ranges } from "./oddities.js";
import { ownPhotographs } from "./ownPhotographs.js";
import { withList } from "./pairs.js";
import type { PhotoDescription } from "./photoDescription.js";
import { rarestFirst } from "./rarestFirst.js";
import { splitOf } from "./splitting.js";

const picture = /\.(png|jpe?g)$/i;
/** What stands in a mask for what is not labelled, as in Pascal VOC and Cityscapes. */
const usualIgnored = 255;
const largestCrop = 320;

/** Whether a folder holds pictures and not scans. */
export const arePhotographs = (folder: string): boolean =>
  existsSync(folder) && onDisk(folder, () => readdirSync(folder)).some((name) => picture.test(name));

/** A photograph, its mask, and what was found in them. */
interface Found {
  id: string;
  image: string;
  label?: string;
  sha256: { image: string; label?: string };
  size: readonly [number, number];
  values?: ReadonlyMap<number, number>;
  isTurned: boolean;
}

/** What an import of photographs has made. */
export interface ImportedPhotographs {
  path: string;
  description: PhotoDescription;
  benchmark: Benchmark;
}

/**
 * Makes a benchmark of PNG and JPEG photographs of which only some have a mask (a PNG of indices with the same name): reads every file once and writes one benchmark.json; nothing is
 * copied. Fewer labels are chosen by ReCo's rule. Pixels count as they are stored, whatever EXIF says. Throws a Problem, and writes nothing, where any file is wrong.
 */
export async function importPhotographs({
  from: { images, labels },
  overwrite = false,
  names,
  onCase,
  signal,
  ...asked
}: ImportOptions & { from: { images: string; labels: string } }): Promise<ImportedPhotographs> {
  const name = asked.name ?? nameOf(images);
  const folder = resolve(asked.out ?? join(ownFolder, name));
  checkPlace(name, folder, overwrite);
  const masks = new Map(listed(labels, /\.png$/i).map((file) => [bare(file), file]));
  const pictures = listed(images, picture).filter((file) => resolve(images) !== resolve(labels) || !masks.has(file));
  const found: Found[] = [];
  const wrong: string[] = [];
  for (const [at, image] of pictures.entries()) {
    signal?.throwIfAborted();
    try {
      found.push(await inspected({ images, labels }, image, masks.get(bare(image))));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      wrong.push(error.message);
    }
    onCase?.({ done: at + 1, of: pictures.length, id: bare(image) });
  }
  if (wrong.length > 0)
    throw new Problem(
      withList(`${wrong.length} photographs cannot be used, nothing was written; correct or move them:`, wrong),
    );
  const alone = [...masks].filter(([id]) => !found.some((one) => one.id === id)).map(([, file]) => file);
  const description = described(name, { images: resolve(images), labels: resolve(labels) }, found, { ...asked, names });
  description.oddities.push(...alone.map((file) => `mask ${file} has no photograph; it was left out`));
  makeFolder(folder);
  writeWhole(descriptionIn(folder), `${JSON.stringify(description, undefined, 1)}\n`);
  const benchmark = ownPhotographs(folder, description);
  register(benchmark);
  return { path: descriptionIn(folder), description, benchmark };
}

const bare = (file: string) => file.replace(/\.[^.]+$/, "");

const listed = (folder: string, name: RegExp) =>
  onDisk(folder, () => readdirSync(folder))
    .filter((file) => name.test(file) && !file.startsWith("."))
    .sort();

async function inspected(
  { images, labels }: { images: string; labels: string },
  image: string,
  label: string | undefined,
): Promise<Found> {
  const path = join(images, image);
  const { shape } = await readPicture(path);
  const found = { id: bare(image), image, size: shape, isTurned: (await orientationIn(path)) !== 1 };
  if (label === undefined) return { ...found, sha256: { image: sha256(path) } };
  const mask = join(labels, label);
  const { data, shape: own } = readIndexMask(mask);
  if (own.join() !== shape.join())
    throw new Problem(
      `${mask}: found ${own[1]}×${own[0]} pixels, expected the ${shape[1]}×${shape[0]} of its photograph as they are stored${found.isTurned ? " (its EXIF turns it: save it turned)" : ""}`,
    );
  const values = new Map<number, number>();
  for (const value of data) values.set(value, (values.get(value) ?? 0) + 1);
  return { ...found, label, values, sha256: { image: sha256(path), label: sha256(mask) } };
}

const sha256 = (path: string) => createHash("sha256").update(bytesOf(path, "a picture")).digest("hex");

function described(
  name: string,
  folders: PhotoDescription["folders"],
  found: readonly Found[],
  asked: Pick<ImportOptions, "names" | "seed" | "validation" | "test">,
): PhotoDescription {
  const withMask = found.filter(({ label }) => label !== undefined);
  const isIgnored = withMask.some(({ values }) => values?.has(usualIgnored)) && !asked.names?.has(usualIgnored);
  const ignored = isIgnored ? usualIgnored : undefined;
  const classes = classesOf(withMask, asked.names, ignored);
  const idsOf = (some: readonly Found[]) => some.map(({ id }) => id);
  const split = splitOf(idsOf(withMask), idsOf(found.filter(({ label }) => label === undefined)), asked);
  const known = new Set(classes.map(({ value }) => value));
  const chosen = withMask
    .filter(({ id }) => split.labeled.includes(id))
    .map(({ id, values = new Map() }) => ({
      id,
      classes: new Set([...values.keys()].filter((one) => known.has(one))),
    }));
  const shortest = Math.min(...found.flatMap(({ size }) => size));
  const crop = Math.max(16, 16 * Math.floor(Math.min(largestCrop, shortest) / 16));
  const turned = found.filter(({ isTurned }) => isTurned);
  return {
    form: 2,
    name,
    folders,
    classes,
    ...(ignored !== undefined && { ignored }),
    crop,
    split: { ...split, labeled: rarestFirst(chosen, stream(asked.seed ?? 0, "own", "rarest first")) },
    photographs: Object.fromEntries(
      found.map(({ id, image, label, sha256 }) => [id, { image, ...(label && { label }), sha256 }]),
    ),
    decisions: [
      `cuts of ${crop}×${crop} pixels are trained on, at 0.5 to 1.5 of their size`,
      "fewer labels: images with the rarest classes first (ReCo)",
      ...(isIgnored ? [`${usualIgnored} in a mask is not labelled: neither learnt nor scored`] : []),
    ],
    oddities:
      turned.length > 0
        ? [`EXIF turns ${turned.length} photographs (${turned[0].image}): they are taken as stored, as their masks are`]
        : [],
    found: {
      classes: sharesOf(classes, withMask),
      size: ranges(found.map(({ size: [height, width] }) => [width, height])),
    },
  };
}

/** What was found, decided and odd in an import, in sentences. */
export function photoFindings({
  description: { photographs, split, found, decisions, oddities },
}: ImportedPhotographs): string[] {
  const count = Object.keys(photographs).length;
  return [
    `${count} photographs, ${count - split.unlabeled.length} with masks; ${found.size} pixels`,
    `split: ${split.labeled.length} labelled and ${split.unlabeled.length} unlabelled to train on, ${split.validation.length} for validation, ${split.test.length} for the test`,
    ...decisions,
    ...(oddities.length ? oddities.map((oddity) => `odd: ${oddity}`) : ["nothing odd was found"]),
  ];
}
