import { join } from "node:path";
import { checkSameGrid } from "../../images/geometry/grid.js";
import type { Volume } from "../../images/volume.js";
import { Problem } from "../../problem.js";
import type { Benchmark, DataOptions } from "../benchmark.js";
import { checkFile } from "../checks/checkFile.js";
import { filesThere } from "../checks/filesThere.js";
import { oneOf, resolveOptions } from "../choices.js";
import { minMax } from "../intensity.js";
import { apart, caseOf } from "../kinds/slices.js";
import { openSource } from "../opening.js";
import { places } from "../places.js";
import { resizing } from "../resizing.js";
import { type AcdcFiles, acdcFilesIn, checkFrames } from "./files.js";
import { type AcdcLists, labeledSlices, patientOf, readLists, trainingSlices, volumeOf } from "./lists.js";

/**
 * ACDC 2017 as the paper used it: each volume scaled to [0, 1] by its extremes, slices resized to 256×256 with order 0, distances in voxels.
 * Options: `labeledBy` "patients", or "slices" as the released code counts them; `size` of the slices; `lists` "official" or a folder of lists;
 * `resize` "clamped", or "scipy" with the last row or column that SciPy loses by rounding.
 */
export const acdc: Benchmark = {
  name: "acdc",
  title: "ACDC",
  cite: "Bernard et al., IEEE TMI 37(11), 2018",
  licence: "CC BY-NC-SA 4.0, not distributed here",
  source:
    "get it from https://www.creatis.insa-lyon.fr/Challenge/acdc/databases.html and put it into data/acdc, or set ARCO_DATA to its folder; data/acdc/README.md lists the forms that are understood",
  kind: "slices",
  channels: 1,
  classes: [
    { name: "background", color: [0, 0, 0] },
    { name: "RV", color: [0, 114, 178] },
    { name: "Myo", color: [0, 158, 115] },
    { name: "LV", color: [213, 94, 0] },
  ],
  imageSize: [256, 256],
  labeledChoices: [1, 3, 7, 70],
  patientOf, // end diastole and end systole are two volumes
  unit: "voxel",
  phantom: false,
  hasValidation: true,
  optionsOf: (protocol) => ({
    labeledBy: protocol === "released" ? "slices" : "patients",
    size: 256,
    lists: "official",
    resize: protocol === "released" ? "scipy" : "clamped",
  }),
  find: (folder) => places("acdc", folder).find((place) => acdcFilesIn(place) !== undefined),

  state(asked, options = {}) {
    const folder = acdc.find(asked);
    const files = folder === undefined ? undefined : acdcFilesIn(folder);
    const lists = readLists(String(options.lists ?? "official"));
    const expected = expectedIds(lists, files?.hasSlices ?? false);
    if (!folder || !files)
      return {
        found: 0,
        expected: 2 * expected.length,
        message: `${places("acdc", asked).join(" or ")}: found no ACDC; ${acdc.source}`,
      };
    const { paths, unclear } = pathsOf(files, expected);
    const there = filesThere(paths, acdc.source);
    return {
      folder,
      layout: files.layout,
      ...there,
      expected: paths.length + 2 * unclear.length,
      message: unclear[0] ?? there.message,
    };
  },

  async *check(folder, options = {}) {
    const files = acdcFilesIn(folder);
    if (!files) throw new Problem(acdc.state(folder, options).message);
    const lists = readLists(String(options.lists ?? "official"));
    const depths = new Map(trainingSlices(lists.train, false).map((slice) => [slice.case, slice.slices]));
    for (const id of expectedIds(lists, files.hasSlices)) {
      const named = await checkFile(join(folder, id), () => void files.paths(id));
      if (!named.ok) yield named;
      else
        for (const [i, path] of files.paths(id).entries())
          yield checkFile(path, () =>
            checkContent(files, id, i === 0 && files.layout === "NIfTI" ? "image" : "both", depths.get(id)),
          );
    }
  },

  preprocessing(options = {}) {
    const chosen = { ...acdc.optionsOf("lab"), ...options };
    const { scaled, fromNetwork } = resizingOf(chosen);
    return {
      toNetwork: (image) => ({ slices: apart(scaled(image), image.shape[0]), shape: sizeOf(chosen) }),
      fromNetwork,
    };
  },

  async open(asked) {
    const folder = acdc.find(asked.folder);
    const files = folder === undefined ? undefined : acdcFilesIn(folder);
    if (!folder || !files) throw new Problem(acdc.state(asked.folder, asked.options).message);
    const options = resolveOptions(acdc, asked);
    const { train, validation, test } = readLists(String(options.lists));
    const { stack, scaled } = resizingOf(options);
    return openSource({ ...acdc, imageSize: sizeOf(options) }, asked, {
      folder,
      options,
      recipe: [1, options.size, options.resize],
      slices: trainingSlices(train, files.hasSlices),
      labeledSlices: labeledSlices(
        train,
        asked.labeled,
        oneOf("acdc", "labeledBy", options.labeledBy, ["patients", "slices"]),
      ),
      validation,
      test,
      filesOf: files.sources,
      async decode(id, isLabeled) {
        const image = await files.readImage(id);
        const label = isLabeled ? await files.readLabel(id) : undefined;
        if (label) checkSameGrid(image, label);
        return {
          images: files.hasSlices ? stack(image) : scaled(image),
          labels: label && Int8Array.from(stack(label)),
        };
      },
      readCase: async (id) => caseOf(id, await files.readImage(id), await files.readLabel(id)),
      preprocessing: acdc.preprocessing(options),
    });
  },
};

/** The resizing that the options ask for, and the same of a volume that is still to be scaled to [0, 1]. */
function resizingOf(options: DataOptions) {
  const { stack, fromNetwork } = resizing(
    sizeOf(options),
    oneOf("acdc", "resize", options.resize, ["clamped", "scipy"]),
  );
  return { stack, fromNetwork, scaled: (image: Volume) => stack({ ...image, data: minMax(image) }) };
}

/** What has files of its own: volumes, and where slices have theirs, slices in place of the training volumes. */
function expectedIds({ train, validation, test }: AcdcLists, hasSlices: boolean): string[] {
  const training = hasSlices ? train : new Set(train.map(volumeOf));
  return [...training, ...validation, ...test].sort();
}

/** The files of all ids, and what is wrong where it is not clear which they are. */
function pathsOf(files: AcdcFiles, ids: readonly string[]): { paths: string[]; unclear: string[] } {
  const paths: string[] = [];
  const unclear: string[] = [];
  for (const id of ids) {
    try {
      paths.push(...files.paths(id));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      unclear.push(error.message);
    }
  }
  return { paths, unclear };
}

async function checkContent(
  files: AcdcFiles,
  id: string,
  what: "image" | "both",
  depth: number | undefined,
): Promise<void> {
  const image = await files.readImage(id);
  if (depth !== undefined && image.shape[0] !== depth)
    throw new Problem(
      `${image.path}: found ${image.shape[0]} slices, expected the ${depth} of the split lists; get the file again`,
    );
  if (!id.includes("_slice_")) minMax(image); // slices were scaled with the volume that they are of
  if (what === "both") checkSameGrid(image, await files.readLabel(id));
  else checkFrames(image.path, id);
}

function sizeOf({ size }: DataOptions): number[] {
  if (typeof size !== "number" || size < 16 || size % 16 !== 0)
    throw new Problem(
      `acdc: option size: found ${size}, expected a multiple of 16, which the U-Net can halve four times; use 256 as the paper does`,
    );
  return [size, size];
}
