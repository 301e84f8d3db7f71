import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { DiskProblem, makeFolder } from "../../disk.js";
import { cacheFolder } from "../places.js";
import { openParts, type Parts, writeParts } from "./file.js";
import { digest, filesOf, isBeingWritten } from "./names.js";

/** Examples that are decoded together: all slices of a volume, or one photograph. */
export interface Group {
  /** Names its files in the store. */
  id: string;
  /** What it is decoded from; when one of these files changes, it is decoded again. */
  images: readonly string[];
  labels: readonly string[];
  /** Whether labels of it are ever asked for. */
  labeled: boolean;
}

/** What decoding a group gives: its parts (slices) one after the other, all of one shape. */
export interface Decoded {
  images: Float32Array; // [parts, ...shape, channels]
  labels?: Int8Array; // [parts, ...shape]
  shape: readonly number[];
}

/** A part of a group; the arrays are the caller's own. */
export interface Part {
  image: Float32Array; // [...shape, channels]
  label?: Int8Array; // [...shape]
  shape: readonly number[];
}

/** Decoded groups on the disk, each decoded once, whichever thread or process asks first. */
export interface Store {
  readonly groups: readonly Group[];
  /** Whether a group is there, decoded from its files as they are now. */
  has(group: number, labeled: boolean): boolean;
  /** Decodes a group unless it is there; how many parts it has. */
  fill(group: number, labeled: boolean): Promise<number>;
  /** One part; its label only where it is asked for, and then only are label files touched. */
  read(group: number, part: number, labeled: boolean): Promise<Part>;
  /** Removes what was decoded from sources that have changed since; the number of files. */
  sweep(): number;
}

const version = 1; // of the form of the files

/**
 * The store of some groups, in the cache folder under `name`. `recipe` is everything beside the files that decides what `decode` gives.
 * Recipe, and size and time of the sources, are part of the file names, so that nothing stale is ever read; files appear whole or not at all.
 */
export function store(
  name: string,
  groups: readonly Group[],
  recipe: unknown,
  channels: number,
  decode: (group: number, labeled: boolean) => Promise<Decoded>,
): Store {
  const folder = join(cacheFolder(), name);
  const form = digest([version, channels, recipe]);
  const pending = new Map<string, Promise<number>>();
  const files = new Map<number, ReturnType<typeof filesOf>>();
  const paths = (group: number) => {
    const found = files.get(group) ?? filesOf(folder, groups[group], form);
    files.set(group, found);
    return found;
  };
  const known = new Map<string, Parts>();
  const opened = (path: string) => {
    const found = known.get(path) ?? openParts(path);
    if (found) known.set(path, found);
    return found;
  };
  const has = (group: number, labeled: boolean) =>
    opened(paths(group).image) !== undefined && (!labeled || opened(paths(group).label()) !== undefined);

  async function make(group: number, labeled: boolean): Promise<number> {
    const { images, labels, shape } = await decode(group, labeled);
    const { image, label } = paths(group);
    inCache(() => {
      makeFolder(folder);
      if (!opened(image)) writeParts(image, images, shape, channels);
      if (labels) writeParts(label(), labels, shape, 1);
    });
    return opened(image)?.parts ?? 0;
  }

  async function fill(group: number, labeled: boolean): Promise<number> {
    if (has(group, labeled)) return opened(paths(group).image)?.parts ?? 0;
    const name = `${group} ${labeled}`;
    const making = pending.get(name) ?? make(group, labeled).finally(() => pending.delete(name));
    pending.set(name, making);
    return making;
  }

  async function partOf(path: string, group: number, part: number, labeled: boolean) {
    if (!opened(path)) await fill(group, labeled);
    const file = opened(path);
    if (!file) throw new Error(`${path}: was written and is gone`);
    return { values: file.read(part), shape: file.shape };
  }

  return {
    groups,
    has,
    fill,
    async read(group, part, labeled) {
      const label = labeled ? await partOf(paths(group).label(), group, part, true) : undefined;
      const image = await partOf(paths(group).image, group, part, labeled);
      return {
        image: image.values instanceof Float32Array ? image.values : Float32Array.from(image.values),
        label: label && Int8Array.from(label.values),
        shape: image.shape,
      };
    },
    sweep() {
      if (!existsSync(folder)) return 0;
      const wanted = new Set(
        groups.flatMap((_, group) => [paths(group).image, paths(group).label()].map((path) => basename(path))),
      );
      const stale = readdirSync(folder).filter(
        (file) => file.includes(`.${form}.`) && !wanted.has(file) && !isBeingWritten(join(folder, file)),
      );
      for (const file of stale) rmSync(join(folder, file), { force: true });
      return stale.length;
    },
  };
}

/** Writes to the cache; where that cannot be, says how to have it elsewhere. */
function inCache(write: () => void): void {
  try {
    write();
  } catch (error) {
    throw error instanceof DiskProblem
      ? new DiskProblem(error.path, `${error.reason}; ARCO_CACHE names another folder`)
      : error;
  }
}
