import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { onDisk } from "../../disk.js";
import { niftiEnding } from "../../images/nifti/name.js";
import { parsedJson } from "../../json.js";
import { Problem } from "../../problem.js";
import { byKey, keyOf, type Listing, niftiIn, ofChannel, type Pair, pairsIn } from "./pairs.js";

const schema = z.object({
  modality: z.record(z.string(), z.string()).optional(), // MSD
  channel_names: z.record(z.string(), z.string()).optional(), // nnU-Net
  labels: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.number())])),
  training: z.array(z.object({ image: z.string(), label: z.string() })).optional(),
  test: z.array(z.string()).optional(),
  numTraining: z.number().optional(),
  file_ending: z.string().optional(),
});
type Dataset = z.infer<typeof schema>;

/**
 * What a folder with a dataset.json holds: of the Medical Segmentation Decathlon, which lists its files, or of nnU-Net, which names label values the other way round
 * and ends images' names in the number of their channel. Scans in imagesTs are taken as scans without labels.
 */
export function datasetIn(folder: string, channel?: number): Listing {
  const path = join(folder, "dataset.json");
  const dataset = read(path);
  const { file_ending: ending = ".nii.gz", numTraining } = dataset;
  if (ending.replace(niftiEnding, "") !== "")
    throw new Problem(`${path}: file_ending: found ${ending}, expected .nii.gz or .nii; convert the files first`);
  const channels = dataset.channel_names ?? dataset.modality ?? {};
  const count = Object.keys(channels).length;
  if (count > 1 && channel === undefined)
    throw new Problem(
      `${path}: found ${count} channels (${Object.values(channels).join(", ")}), expected one: networks here see a single channel; choose it with --channel 0`,
    );
  const { pairs, oddities } = dataset.training ? listed(folder, dataset, channel) : found(folder, channel);
  const labeled = pairs.filter(({ label }) => label !== undefined).length;
  if (numTraining !== undefined && numTraining !== labeled)
    oddities.push(`dataset.json says numTraining ${numTraining}, found ${labeled} scans with labels`);
  return {
    folders: { images: resolve(folder), labels: resolve(folder) },
    pairs,
    oddities,
    ...namesOf(dataset, path),
    modality: channels[channel ?? 0],
  };
}

function read(path: string): Dataset {
  if (!existsSync(path))
    throw new Problem(
      `${path}: not found; expected the dataset.json of MSD or nnU-Net, or give the folders: --images DIR --labels DIR`,
    );
  const text = onDisk(path, () => readFileSync(path, "utf8"));
  const result = schema.safeParse(parsedJson(text, path, "correct it there, or get it again"));
  if (result.success) return result.data;
  const [{ path: field, message }] = result.error.issues;
  throw new Problem(`${path}: ${field.join(".")}: ${message}; expected the dataset.json of MSD or nnU-Net`);
}

/** The files that MSD's lists name, from the folder on or by their whole paths; nnU-Net's first version lists images without the number of their channel. */
function listed(
  folder: string,
  { training = [], test = [] }: Dataset,
  channel = 0,
): Pick<Listing, "pairs" | "oddities"> {
  const there = (name: string) => {
    const plain = name.replace(/^\.\//, "");
    const withChannel = plain.replace(niftiEnding, `_${String(channel).padStart(4, "0")}$&`);
    return !existsSync(resolve(folder, plain)) && existsSync(resolve(folder, withChannel)) ? withChannel : plain;
  };
  const idOf = (name: string) => keyOf(basename(name));
  const pairs = [
    ...training.map(
      ({ image, label }): Pair => ({ id: idOf(image), image: there(image), label: label.replace(/^\.\//, "") }),
    ),
    ...test.map((image): Pair => ({ id: idOf(image), image: there(image) })),
  ];
  const twice = pairs.find(({ id }, at) => pairs.findIndex((pair) => pair.id === id) !== at);
  if (twice) throw new Problem(`${folder}: dataset.json lists ${twice.id} twice; correct the list`);
  const known = new Set(pairs.flatMap(({ image, label = "" }) => [resolve(folder, image), resolve(folder, label)]));
  const beside = ["imagesTr", "labelsTr", "imagesTs"].flatMap((part) =>
    existsSync(join(folder, part)) ? niftiIn(join(folder, part)).names.map((name) => `${part}/${name}`) : [],
  );
  return {
    pairs,
    oddities: beside
      .filter((name) => !known.has(resolve(folder, name)))
      .map((name) => `${name} is not in dataset.json; it was left out`),
  };
}

/** nnU-Net's folders. */
function found(folder: string, channel?: number): Pick<Listing, "pairs" | "oddities"> {
  const { pairs, oddities } = pairsIn(join(folder, "imagesTr"), join(folder, "labelsTr"), channel);
  const testing = join(folder, "imagesTs");
  const more = existsSync(testing) ? niftiIn(testing) : { names: [], oddities: [] };
  const tests = ofChannel(byKey(more.names, testing), testing, { labels: new Map(), channel });
  const twice = pairs.find(({ id }) => tests.has(id));
  if (twice) throw new Problem(`${testing}: ${twice.id} is in imagesTr too; remove or rename one`);
  return {
    pairs: [
      ...pairs.map(({ id, image, label }) => ({ id, image: `imagesTr/${image}`, label: label && `labelsTr/${label}` })),
      ...[...tests].map(([id, name]) => ({ id, image: `imagesTs/${name}` })),
    ],
    oddities: [...oddities, ...more.oddities],
  };
}

/** MSD: "1": "liver"; nnU-Net: "liver": 1, and "ignore" for what is not labelled. */
function namesOf({ labels }: Dataset, path: string): Pick<Listing, "names" | "ignored"> {
  const names = new Map<number, string>();
  let ignored: number | undefined;
  for (const [key, value] of Object.entries(labels)) {
    const [number, name] = typeof value === "string" ? [Number(key), value] : [value, key];
    if (typeof number !== "number" || !Number.isInteger(number))
      throw new Problem(
        `${path}: labels.${key}: found ${JSON.stringify(value)}, expected one whole number for each class; regions of several classes are not understood`,
      );
    if (typeof value !== "string" && name === "ignore") ignored = number;
    else names.set(number, name);
  }
  return { names, ...(ignored !== undefined && { ignored }) };
}
