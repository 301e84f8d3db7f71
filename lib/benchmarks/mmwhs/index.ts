import { checkSameGrid } from "../../images/geometry/grid.js";
import { turn } from "../../images/geometry/orientation.js";
import { readNiftiHeader } from "../../images/nifti/bytes.js";
import { readLargeNifti } from "../../images/nifti/slices.js";
import { Problem } from "../../problem.js";
import type { Benchmark, DataOptions } from "../benchmark.js";
import { checkFile } from "../checks/checkFile.js";
import { filesThere } from "../checks/filesThere.js";
import { oneOf, resolveOptions } from "../choices.js";
import { minMax } from "../intensity.js";
import { caseOf, slicesOf } from "../kinds/slices.js";
import { openSource } from "../opening.js";
import { places } from "../places.js";
import { sliceSize, turnedBack } from "../turning.js";
import { type MmwhsFiles, type Modality, mmwhsFilesIn, modalities, readMmwhsLabel } from "./files.js";
import { all, listedFirst, readLists } from "./lists.js";
import { axes, axisNames, imageSlices, slicesOf as labelSlices, turningOf } from "./preprocessing.js";

/**
 * MMWHS 2017: whole hearts in MR or CT, each volume scaled to [0, 1] by its extremes, axial slices turned by the affine and resized to 256×256
 * with order 0, distances in voxels. Options: `modality` "mr" (the paper's text), "ct" (its lists) or "found" (what is there; MR where both are); `labeledBy`
 * "volumes", or "slices": the first choice means the 18 slices of CT volume 1018 that the paper's list of "1 %" names; `axis` "axial", "coronal", "sagittal" or
 * "stored" (along the last axis of the file); `clipTop`: percent of the voxels, the brightest, made alike before scaling (others recommend 2 for MR); `strayLabel`
 * "error", or "421as420" for the left atrium of one MR label; `size`; `resize` "clamped", or "scipy" with the last row or column that SciPy loses by rounding;
 * `lists` "official" or a folder of lists.
 */
export const mmwhs: Benchmark = {
  name: "mmwhs",
  title: "MMWHS",
  cite: "Zhuang and Shen, Multi-scale patch and multi-modality atlases for whole heart segmentation of MRI, Medical Image Analysis 31, 2016",
  licence: "research use after registration, no redistribution; not distributed here",
  source:
    "get it from https://zmiclab.github.io/zxh/0/mmwhs/ and put it into data/mmwhs, or set ARCO_DATA to its folder; data/mmwhs/README.md lists the forms that are understood",
  kind: "slices",
  orientation: axes.axial,
  channels: 1,
  classes: [
    { name: "background", color: [0, 0, 0] },
    { name: "LV", color: [213, 94, 0] },
    { name: "RV", color: [0, 114, 178] },
    { name: "LA", color: [230, 159, 0] },
    { name: "RA", color: [86, 180, 233] },
    { name: "Myo", color: [0, 158, 115] },
    { name: "AA", color: [204, 121, 167] },
    { name: "PA", color: [240, 228, 66] },
  ],
  imageSize: [256, 256],
  labeledChoices: [1, 2, all],
  unit: "voxel",
  phantom: false,
  hasValidation: false,
  optionsOf: (protocol) => ({
    modality: { lab: "found", paper: "mr", released: "ct" }[protocol],
    labeledBy: protocol === "released" ? "slices" : "volumes",
    axis: "axial",
    clipTop: 0,
    strayLabel: "error",
    size: 256,
    resize: protocol === "released" ? "scipy" : "clamped",
    lists: "official",
  }),
  find: (folder) => places("mmwhs", folder).find((place) => filesIn(place, filled()) !== undefined),

  state(asked, options) {
    const folder = mmwhs.find(asked);
    const files = folder === undefined ? undefined : filesIn(folder, filled(options));
    if (!folder || !files)
      return {
        found: 0,
        expected: 2 * idsOf("ct", options).length,
        message: `${folder ?? places("mmwhs", asked).join(" or ")}: found no ${folder ? `${options?.modality} volumes of ` : ""}MMWHS; ${mmwhs.source}`,
      };
    const paths = idsOf(files.modality, options).flatMap((id) => [files.image(id), files.label(id)]);
    return { folder, layout: `NIfTI, ${files.modality.toUpperCase()}`, ...filesThere(paths, mmwhs.source) };
  },

  async *check(folder, options) {
    const files = filesIn(folder, filled(options));
    if (!files) throw new Problem(mmwhs.state(folder, options).message);
    const stray = strayOf(filled(options));
    for (const id of idsOf(files.modality, options)) {
      yield checkFile(files.image(id), async (path) => void minMax(await readLargeNifti(path)));
      yield checkFile(files.label(id), async (path) =>
        checkSameGrid(gridOf(files.image(id)), await readMmwhsLabel(path, stray)),
      );
    }
  },

  preprocessing(options) {
    const chosen = filled(options);
    return {
      toNetwork: (image) => ({ slices: imageSlices(image, chosen), shape: sliceSize("mmwhs", chosen) }),
      fromNetwork: (maps, onto) => turnedBack(turningOf(onto, chosen))(maps, onto),
    };
  },

  async open(asked) {
    const chosen = resolveOptions(mmwhs, asked);
    const folder = mmwhs.find(asked.folder);
    const files = folder === undefined ? undefined : filesIn(folder, chosen);
    if (!folder || !files) throw new Problem(mmwhs.state(asked.folder, asked.options).message);
    const options: DataOptions = { ...chosen, modality: files.modality };
    const { size, resize, axis, clipTop, lists } = options;
    const split = readLists(String(lists), files.modality, asked.labeled);
    const depths = new Map(
      split.train.map((id) => {
        const grid = gridOf(files.image(id));
        return [id, turn(grid, turningOf(grid, options).codes).geometry.shape[0]];
      }),
    );
    const slices = split.train.flatMap((id) => slicesOf(id, depths.get(id) ?? 0));
    const isListed =
      oneOf("mmwhs", "labeledBy", options.labeledBy, ["volumes", "slices"]) === "slices" && asked.labeled === 1;
    const labeledVolumes = new Set(split.train.slice(0, split.labeled));
    const pools = isListed
      ? listedFirst(String(lists), files.modality, slices)
      : { slices, labeled: slices.filter((slice) => labeledVolumes.has(slice.case)).length };
    const benchmark = {
      ...mmwhs,
      title: `MMWHS (${files.modality.toUpperCase()})`,
      imageSize: sliceSize("mmwhs", options),
      orientation: axes[oneOf("mmwhs", "axis", axis, axisNames)],
    };
    const readLabel = async (id: string) => readMmwhsLabel(files.label(id), strayOf(options));
    return openSource(benchmark, asked, {
      folder,
      options,
      recipe: [1, size, resize, axis, clipTop, strayOf(options)],
      slices: pools.slices,
      labeledSlices: pools.labeled,
      partsOf: (id) => depths.get(id) ?? 0,
      validation: [],
      test: split.test,
      filesOf: (id) => ({ images: [files.image(id)], labels: [files.label(id)] }),
      async decode(id, isLabeled) {
        const image = await readLargeNifti(files.image(id));
        const label = isLabeled ? await readLabel(id) : undefined;
        if (label) checkSameGrid(image, label);
        return {
          images: joined(imageSlices(image, options), (length) => new Float32Array(length)),
          labels: label && joined(labelSlices(label, options), (length) => new Int8Array(length)),
        };
      },
      readCase: async (id) => caseOf(id, await readLargeNifti(files.image(id)), await readLabel(id)),
      preprocessing: mmwhs.preprocessing(options),
    });
  },
};

function joined<A extends Float32Array | Int8Array>(
  slices: readonly (Float32Array | Uint8Array)[],
  room: (length: number) => A,
): A {
  const stack = room(slices.length * slices[0].length);
  for (const [z, slice] of slices.entries()) stack.set(slice, z * slice.length);
  return stack;
}

const strayOf = ({ strayLabel }: DataOptions) => oneOf("mmwhs", "strayLabel", strayLabel, ["error", "421as420"]);

const gridOf = (path: string) => ({ ...readNiftiHeader(path), path });

const idsOf = (modality: Modality, options?: DataOptions): string[] => {
  const { train, test } = readLists(String(filled(options).lists), modality, all);
  return [...train, ...test].sort();
};

const filled = (options: DataOptions = {}): DataOptions => ({ ...mmwhs.optionsOf("lab"), ...options });

/** The files of the modality asked for, or of the first that is there. */
function filesIn(folder: string, { modality }: DataOptions): MmwhsFiles | undefined {
  const asked = oneOf("mmwhs", "modality", modality, [...modalities, "found"]);
  for (const one of asked === "found" ? modalities : [asked]) {
    const files = mmwhsFilesIn(folder, one);
    if (files) return files;
  }
  return undefined;
}
