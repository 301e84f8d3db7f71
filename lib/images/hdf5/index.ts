import { renameSync, rmSync } from "node:fs";
import { ownPartOf } from "../../disk.js";
import { Problem } from "../../problem.js";
import { sizeOf, type Values } from "../values.js";
import { type H5Dataset, type H5File, library, reason, within } from "./file.js";
import { numbersOf } from "./numbers.js";

/** A dataset in an HDF5 file. */
export interface H5Info {
  name: string;
  shape: number[];
  /** As NumPy names it ("float32", "uint8", "bool"); "enum" for numbers that have words, "other" for what is not numbers. */
  dtype: string;
}

/** A dataset with its numbers, row-major; whole numbers of 64 bits become floats of 64, half floats those of 32, Booleans 0 and 1. */
export interface H5Data extends H5Info {
  data: Values | Uint32Array;
  /** Its attributes that are single numbers, such as CF's scale_factor and add_offset, which are not applied. */
  attributes: Readonly<Record<string, number>>;
}

/** The datasets in an HDF5 file, in all its groups ("group/name"), without their numbers. */
export async function h5Datasets(path: string): Promise<H5Info[]> {
  return within(path, (file) =>
    datasets(file).map(([name, dataset]) => ({ name, shape: dataset.shape ?? [], dtype: dtypeOf(dataset) })),
  );
}

/**
 * Reads one dataset of an HDF5 file. Throws a Problem where the file or the dataset is missing or damaged, the number of dimensions is not the one asked for,
 * or a value is not a finite number.
 */
export async function readH5(
  path: string,
  name: string,
  { dimensions }: { dimensions?: number } = {},
): Promise<H5Data> {
  return within(path, (file, heap) => {
    const all = datasets(file);
    const dataset = all.find(([known]) => known === name)?.[1];
    if (!dataset)
      throw new Problem(
        `${path}: no dataset ${JSON.stringify(name)}, found ${all.map(([known]) => JSON.stringify(known)).join(", ") || "none at all"}; is it another kind of file?`,
      );
    const { shape } = dataset;
    const dtype = dtypeOf(dataset);
    if (!shape || dtype === "other")
      throw new Problem(
        `${path}: dataset ${JSON.stringify(name)} holds no array of numbers, expected one; is it another kind of file?`,
      );
    if (dimensions !== undefined && shape.length !== dimensions)
      throw new Problem(
        `${path}: dataset ${JSON.stringify(name)} is ${shape.join("×") || "a single value"}, expected ${dimensions} dimensions; is it another kind of file?`,
      );
    const data = numbersOf(dataset, heap, path);
    if (data.length !== sizeOf(shape))
      throw new Problem(
        `${path}: dataset ${JSON.stringify(name)} has ${data.length} values, expected ${shape.join("×")}; the file is damaged`,
      );
    const first = dtype.startsWith("float") ? data.findIndex((value) => !Number.isFinite(value)) : -1;
    if (first >= 0)
      throw new Problem(
        `${path}: dataset ${JSON.stringify(name)} is ${data[first]} at [${placeOf(first, shape).join(", ")}], expected finite numbers; replace it and save it again`,
      );
    return { name, data, shape, dtype, attributes: attributesOf(dataset, path) };
  });
}

/** Writes datasets into a new HDF5 file, compressed by gzip (level 4, one chunk each) if asked to. The file appears whole or not at all. */
export async function writeH5(
  path: string,
  content: Readonly<Record<string, { data: Values; shape: readonly number[] }>>,
  { compressed = false } = {},
): Promise<void> {
  const h5 = await library();
  const aside = ownPartOf(path);
  try {
    const file = new h5.File(aside, "w");
    try {
      for (const [name, { data, shape }] of Object.entries(content))
        file.create_dataset({
          name,
          data,
          shape: [...shape],
          ...(compressed && { chunks: [...shape], compression: 4 }),
        });
    } finally {
      file.close();
    }
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    const said = reason(error) ?? (error instanceof Error ? error.message : error);
    throw new Problem(
      `${path}: cannot be written (${said}); check that the folder exists, its permissions and the disk`,
    );
  }
}

function datasets(file: H5File): [name: string, dataset: H5Dataset][] {
  return file.paths().flatMap((name): [string, H5Dataset][] => {
    const found = file.get(name);
    return found && "filters" in found ? [[name.replace(/^\//, ""), found]] : [];
  });
}

const kinds: Record<string, string> = {
  b: "int8",
  h: "int16",
  i: "int32",
  q: "int64",
  B: "uint8",
  H: "uint16",
  I: "uint32",
  Q: "uint64",
  e: "float16",
  f: "float32",
  d: "float64",
};

/** Python's struct letters, as h5wasm gives them, are turned into NumPy's names; h5py saves Booleans as the words FALSE and TRUE for 0 and 1. */
function dtypeOf({ dtype, metadata: { enum_type: words } }: H5Dataset): string {
  if (words?.type === 0) return Object.keys(words.members).sort().join() === "FALSE,TRUE" ? "bool" : "enum";
  return (typeof dtype === "string" && kinds[dtype.slice(1)]) || "other";
}

function attributesOf({ attrs, path }: H5Dataset, file: string): Record<string, number> {
  const single = Object.entries(attrs)
    .filter(([, { shape }]) => shape !== null && sizeOf(shape) === 1) // no memory is taken for others
    .map(([name, attribute]) => {
      if (attribute.dtype === "<e" || attribute.dtype === ">e")
        throw new Problem(
          `${file}: dataset ${JSON.stringify(path.replace(/^\//, ""))}: its attribute ${name} is a half float, expected float32 or float64; save it as one`,
        );
      const { value } = attribute;
      return [name, ArrayBuffer.isView(value) ? Number(value[0]) : value] as const;
    });
  return Object.fromEntries(single.filter((entry): entry is readonly [string, number] => typeof entry[1] === "number"));
}

function placeOf(index: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  for (const size of [...shape].reverse()) {
    place.unshift(index % size);
    index = Math.floor(index / size);
  }
  return place;
}
