import { checkSameGrid } from "../../images/geometry/grid.js";
import { turn } from "../../images/geometry/orientation.js";
import { turnedSlices } from "../../images/nifti/slices.js";
import { Problem } from "../../problem.js";
import type { Benchmark, DataOptions } from "../benchmark.js";
import { checkFile } from "../checks/checkFile.js";
import { filesThere } from "../checks/filesThere.js";
import { resolveOptions } from "../choices.js";
import { caseOf } from "../kinds/slices.js";
import { drawLabeled } from "../labeledDraw.js";
import { listFolder, readSplitLists } from "../lists.js";
import { openSource } from "../opening.js";
import { places } from "../places.js";
import { resized, turnedBack } from "../turning.js";
import { type LitsFiles, litsFilesIn } from "./files.js";
import { liverIn, trainedOn } from "./liver.js";
import { codes, sliceFormOf } from "./preprocessing.js";

const all = 100;

/**
 * LiTS 2017: abdominal CT, axial slices turned by the affine, clipped to −200…250 HU and scaled to [0, 1], 256×256, distances in voxels.
 * Options: `slices` that are trained on: "liverWhereLabelled" (those with liver of labelled volumes, all of unlabelled ones), "all", or "liverByAllLabels",
 * which reads the labels of unlabelled volumes to find their liver: a leak, and most likely what the paper did; `window` "hu", or "wide" and "narrow", the two
 * of the authors' sample code (width 1500 at −160, 80 at 40); `size`; `resize` "cubic" or "nearest", or "released": nearest to train on, cubic to test, with
 * the last row or column that SciPy loses by rounding; labels are always nearest; `lists` "official" or a folder of lists.
 */
export const lits: Benchmark = {
  name: "lits",
  title: "LiTS",
  cite: "Bilic et al., The Liver Tumor Segmentation Benchmark (LiTS), Medical Image Analysis 84, 2023",
  licence: "CC BY-SA 4.0 as MSD Task03_Liver, else commonly cited as CC BY-NC-ND 4.0; not distributed here",
  source:
    "get Task03_Liver from http://medicaldecathlon.com, or LiTS from https://competitions.codalab.org/competitions/17094, and put it into data/lits, or set ARCO_DATA to its folder; data/lits/README.md lists the forms that are understood",
  kind: "slices",
  orientation: codes,
  channels: 1,
  classes: [
    { name: "background", color: [0, 0, 0] },
    { name: "liver", color: [86, 180, 233] },
    { name: "lesion", color: [213, 94, 0] },
  ],
  imageSize: [256, 256],
  labeledChoices: [1, 5, 10, all],
  unit: "voxel",
  phantom: false,
  hasValidation: false,
  optionsOf: (protocol) => ({
    slices: protocol === "lab" ? "liverWhereLabelled" : "liverByAllLabels",
    window: "hu",
    size: 256,
    resize: protocol === "released" ? "released" : "cubic",
    lists: "official",
  }),
  find: (folder) => places("lits", folder).find((place) => litsFilesIn(place) !== undefined),

  state(asked, options = {}) {
    const folder = lits.find(asked);
    const files = folder === undefined ? undefined : litsFilesIn(folder);
    const ids = idsOf(options);
    if (!folder || !files)
      return {
        found: 0,
        expected: 2 * ids.length,
        message: `${places("lits", asked).join(" or ")}: found no LiTS; ${lits.source}`,
      };
    const paths = ids.flatMap((id) => [...files.paths(id).images, ...files.paths(id).labels]);
    return { folder, layout: files.layout, ...filesThere(paths, lits.source) };
  },

  async *check(folder, options = {}) {
    const files = litsFilesIn(folder);
    if (!files) throw new Problem(lits.state(folder, options).message);
    for (const id of idsOf(options)) {
      const { images, labels } = files.paths(id);
      for (const path of images) yield checkFile(path, () => checkImage(files, id));
      for (const path of labels.length ? labels : images) yield checkFile(path, () => checkLabel(files, id));
    }
  },

  preprocessing(options = {}) {
    const form = sliceFormOf({ ...lits.optionsOf("lab"), ...options });
    return {
      toNetwork: (image) => ({
        slices: Array.from(turnedSlices(image, codes), ({ data, shape }) =>
          resized({ data: form.scaled(data), shape }, form, form.testOrder),
        ),
        shape: form.size,
      }),
      fromNetwork: turnedBack(form),
    };
  },

  async open(asked) {
    const folder = lits.find(asked.folder);
    const files = folder === undefined ? undefined : litsFilesIn(folder);
    if (!folder || !files) throw new Problem(lits.state(asked.folder, asked.options).message);
    const options = resolveOptions(lits, asked);
    const form = sliceFormOf(options);
    if (files.layout === "h5" && options.window !== "hu")
      throw new Problem(
        `lits: option window: found "${options.window}", but the h5 files in ${folder} have lost what lies beyond −200 to 250 HU; use "hu", or NIfTI files`,
      );
    const { test, ...listed } = listsOf(options, asked.labeled);
    const { all: train, labeled } = drawLabeled(
      { all: listed.train, labeled: listed.labeled },
      asked.labeledSeed ?? 0, // before slices are chosen by labels
      { patientOf: (id) => id },
    );
    const depths = new Map<string, number>();
    for (const id of train) depths.set(id, turn(await files.imageGrid(id), codes).geometry.shape[0]);
    const chosen = async (ids: readonly string[], areLabeled: boolean) => {
      const parts = [];
      for (const id of ids) parts.push(await trainedOn(files, id, depths.get(id) ?? 0, areLabeled, options));
      return parts.flat();
    };
    const labeledSlices = await chosen(train.slice(0, labeled), true);
    return openSource({ ...lits, imageSize: form.size }, asked, {
      folder,
      options,
      recipe: [1, codes, form.size, form.window, form.trainOrder, form.end],
      slices: [...labeledSlices, ...(await chosen(train.slice(labeled), false))],
      labeledSlices: labeledSlices.length,
      isDrawn: true,
      partsOf: (id) => depths.get(id) ?? 0,
      validation: [],
      test,
      filesOf: files.paths,
      async decode(id, isLabeled) {
        const pixels = form.size[0] * form.size[1];
        const grid = await files.imageGrid(id);
        const count = turn(grid, codes).geometry.shape[0];
        if (isLabeled) checkSameGrid(grid, await files.labelGrid(id));
        const images = new Float32Array(count * pixels);
        for await (const { data, shape, z } of await files.imageSlices(id, codes))
          images.set(resized({ data: form.scaled(data), shape }, form, form.trainOrder), z * pixels);
        if (!isLabeled) return { images };
        const labels = new Int8Array(count * pixels);
        for await (const slice of await files.labelSlices(id, codes))
          labels.set(resized(slice, form, 0), slice.z * pixels);
        return { images, labels };
      },
      readCase: async (id) => caseOf(id, await files.readImage(id), await files.readLabel(id)),
      preprocessing: lits.preprocessing(options),
    });
  },
};

function listsOf({ lists }: DataOptions, labeled: number) {
  const lines = { id: /^case(?!0000)\d{4}$/, example: "case0001" };
  return readSplitLists(listFolder("lits", lists), labeled, { lines, all, file: `train_${labeled}.txt` });
}

function idsOf(options: DataOptions): string[] {
  const { train, test } = listsOf({ ...lits.optionsOf("lab"), ...options }, all);
  return [...train, ...test].sort();
}

async function checkImage(files: LitsFiles, id: string): Promise<void> {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for await (const { data } of await files.imageSlices(id, codes))
    for (const value of data) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (low >= 0 || high <= 0)
    throw new Problem(
      `${files.paths(id).images[0]}: found values from ${low} to ${high}, expected Hounsfield units, in which air has −1000 and tissue more than 0; get the file again`,
    );
}

async function checkLabel(files: LitsFiles, id: string): Promise<void> {
  checkSameGrid(await files.imageGrid(id), await files.labelGrid(id));
  await liverIn(files, id);
}
