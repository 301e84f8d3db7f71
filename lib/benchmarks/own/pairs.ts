import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { onDisk } from "../../disk.js";
import { niftiEnding } from "../../images/nifti/name.js";
import { Problem } from "../../problem.js";

/** A scan and, where it has one, its label map; paths as in the folders they were listed from. */
export interface Pair {
  id: string;
  image: string;
  label?: string;
}

/** What folders of scans hold, as far as names tell. */
export interface Listing {
  /** Where the paths of the pairs begin. */
  folders: { images: string; labels: string };
  pairs: Pair[];
  /** What a person should know, in sentences. */
  oddities: string[];
  /** What a dataset.json beside the files says: names of label values, the value that is not to be scored, and the modality in its words. */
  names?: ReadonlyMap<number, string>;
  ignored?: number;
  modality?: string;
}

/** How names are paired, for --help. */
export const pairingRule =
  "An image and a label belong together if their names are equal after .nii or .nii.gz (in letters of any case) and after the words image, images, img, volume, vol, scan, label, labels, " +
  "seg, segmentation, mask and gt at either end are taken away. Where every image's name ends in a number of four digits (_0000) and no label's does, it is the channel.";

const imageWords = "images?|img|volume|vol|scan";
const labelWords = "labels?|segmentation|seg|mask|gt";
const ends = new RegExp(`^(?:${imageWords}|${labelWords})[-_.]|[-_.](?:${imageWords}|${labelWords})$`, "i");
const isLabelName = (name: string) =>
  new RegExp(`^(?:${labelWords})[-_.]|[-_.](?:${labelWords})$`, "i").test(name.replace(niftiEnding, ""));

/** What images and labels of a name have in common. */
export function keyOf(name: string): string {
  const bare = name.replace(niftiEnding, "").normalize("NFC");
  for (let key = bare; ; ) {
    const shorter = key.replace(ends, "");
    if (shorter === key) return key;
    key = shorter;
  }
}

/** Pairs the files of two folders, which may be one, by their names. `channel` chooses among several. */
export function pairsIn(images: string, labels: string, channel?: number): Listing {
  const isOne = resolve(images) === resolve(labels);
  const scans = niftiIn(images, isOne ? (name) => !isLabelName(name) : undefined);
  const maps = niftiIn(labels, isOne ? isLabelName : undefined);
  const labelOf = byKey(maps.names, labels);
  const imageOf = ofChannel(byKey(scans.names, images), images, { labels: labelOf, channel });
  const pairs = [...imageOf].map(([id, image]): Pair => ({ id, image, label: labelOf.get(id) }));
  const alone = [...labelOf].filter(([id]) => !imageOf.has(id));
  const leftOut = alone.map(([id, name]) => `label ${name} has no image; it was left out${whyAlone(id, imageOf)}`);
  if (!pairs.some(({ label }) => label !== undefined))
    throw new Problem(
      withList(
        `${labels}: found no label that belongs to an image in ${images} (${maps.names[0] ?? "no file"}; ${scans.names[0] ?? "no file"}), expected equal names; rename them`,
        leftOut,
      ),
    );
  return {
    folders: { images: resolve(images), labels: resolve(labels) },
    pairs,
    oddities: [...leftOut, ...new Set([...scans.oddities, ...maps.oddities])],
  };
}

/** Says so where an image differs from a label only by the number of a channel. */
function whyAlone(id: string, images: ReadonlyMap<string, string>): string {
  const own = [...images].find(([key]) => numbered.exec(key)?.[1] === id)?.[1];
  const [bare] = [...images].filter(([key]) => !numbered.test(key)).map(([, name]) => name);
  if (own === undefined) return "";
  return bare === undefined
    ? `; ${own} ends in a number, which counts as that of a channel only where no label ends in one`
    : `; ${own} ends in a number, which counts as that of a channel only where all images do, and ${bare} does not: name them alike`;
}

const longest = 20; // lines

/** A message and the sentences that explain it, a line for each. */
export function withList(message: string, sentences: readonly string[]): string {
  const more = sentences.length > longest ? [`… and ${sentences.length - longest} more`] : [];
  return [message, ...sentences.slice(0, longest), ...more].join("\n");
}

/** The NIfTI files right inside a folder, and what was left out of it. */
export function niftiIn(folder: string, isWanted = (_: string) => true): { names: string[]; oddities: string[] } {
  const all = onDisk(folder, () => readdirSync(folder, { withFileTypes: true })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const names = all.filter((file) => !file.isDirectory() && !file.name.startsWith(".")).map(({ name }) => name);
  const others = names.filter((name) => !niftiEnding.test(name) && name !== "dataset.json");
  const folders = all.filter((file) => file.isDirectory()).length;
  const hidden = all.filter(({ name }) => name.startsWith(".")).length;
  const left = [
    ...(others.length ? [`${others.length} not .nii or .nii.gz (${others[0]})`] : []),
    ...(hidden ? [`${hidden} hidden`] : []),
    ...(folders ? [`${folders} folders inside`] : []),
  ];
  return {
    names: names.filter((name) => niftiEnding.test(name) && isWanted(name)),
    oddities: left.length ? [`left out of ${folder}: ${left.join(", ")}`] : [],
  };
}

/** Files by what their names have in common with those they belong to. Throws a Problem where two have the same. */
export function byKey(names: readonly string[], folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of names) {
    const other = found.get(keyOf(name));
    if (other !== undefined)
      throw new Problem(
        `${join(folder, name)}: belongs to the same case as ${other} (${keyOf(name)}), expected one file each; rename or remove one`,
      );
    found.set(keyOf(name), name);
  }
  return found;
}

const numbered = /^(.+)_(\d{4})$/;

/** Images of one channel without its number, where their names have one (nnU-Net). Throws a Problem where there are several and none was chosen. */
export function ofChannel(
  images: Map<string, string>,
  folder: string,
  { labels, channel }: { labels: ReadonlyMap<string, string>; channel?: number },
): Map<string, string> {
  const keys = [...images.keys()];
  const hasChannels = keys.every((key) => numbered.test(key)) && ![...labels.keys()].some((key) => numbered.test(key));
  if (keys.length === 0 || !hasChannels) return images;
  const channels = [...new Set(keys.map((key) => key.slice(-4)))].sort();
  const wanted = channel === undefined ? channels[0] : String(channel).padStart(4, "0");
  if (channel === undefined && channels.length > 1)
    throw new Problem(
      `${folder}: found images of the channels ${channels.join(", ")}, expected one: networks here see a single channel; choose it with --channel ${Number(channels[0])}`,
    );
  if (!channels.includes(wanted))
    throw new Problem(
      `${folder}: found images of the channels ${channels.join(", ")}, not ${wanted}; choose one of them`,
    );
  return new Map(
    [...images].filter(([key]) => key.endsWith(`_${wanted}`)).map(([key, name]) => [key.slice(0, -5), name]),
  );
}
