import { join } from "node:path";
import { channelsOf, sideBySide } from "../../images/channels.js";
import { checkSameGrid } from "../../images/geometry/grid.js";
import { isUnlike, millimetres } from "../../images/geometry/spacing.js";
import { readNiftiLabel } from "../../images/nifti/index.js";
import type { Geometry, Volume } from "../../images/volume.js";
import { Problem } from "../../problem.js";
import type { Benchmark, DataOptions } from "../benchmark.js";
import { checkFile } from "../checks/checkFile.js";
import { filesThere } from "../checks/filesThere.js";
import { resolveOptions } from "../choices.js";
import { minMax } from "../intensity.js";
import { caseOf } from "../kinds/slices.js";
import { slidingWindowOf } from "../kinds/slidingWindow.js";
import { volumePreprocessing, whole } from "../kinds/volumes.js";
import { labeledFirst, readApart } from "../lists.js";
import { openSource } from "../opening.js";
import { places } from "../places.js";
import { codes, filesOf, gridOf, isMpMri, phases, readLiver, readPhases, volumesIn } from "./files.js";

const all = 100;
const oneMm = [1, 1, 1] as const; // the paper; along every axis, so that it does not matter which way a file's axes point

/**
 * MP-MRI, the paper's in-house livers in three phases of contrast MR, of which nothing was published: any data in the same folders takes its place.
 * Each phase scaled to [0, 1] by its extremes, turned by the affine, seen by patches, distances in voxels. Options: `patch`, `stride`, `weighting` and `normalisation` of the
 * windows by which whole volumes are looked at; `lists`: a folder with train.txt, val.txt and test.txt, or "found" for those among the data. Volumes are not resampled;
 * cases whose voxels are more than twice as long or as short as the paper's are named.
 */
export const mpMri: Benchmark = {
  name: "mpMri",
  title: "MP-MRI",
  cite: "in-house data of You et al., NeurIPS 2023 (ARCO)",
  licence: "not public",
  source:
    "it is not public; put data of your own, such as the livers of CHAOS or AMOS, into data/mpMri as data/mpMri/README.md says, or set ARCO_DATA to their folder",
  kind: "volumes",
  orientation: codes,
  spacingMm: oneMm,
  series: phases,
  channels: 3,
  classes: [
    { name: "background", color: [0, 0, 0] },
    { name: "liver", color: [86, 180, 233] },
  ],
  imageSize: [112, 112, 80],
  labeledChoices: [1, 5, 10, all],
  unit: "voxel",
  phantom: false,
  hasValidation: true,
  optionsOf: () => ({
    patch: "112x112x80",
    stride: "18x18x4",
    weighting: "uniform",
    normalisation: "scan",
    lists: "found",
  }),
  find: (folder) => places("mpMri", folder).find(isMpMri),

  state(asked, options = {}) {
    const folder = mpMri.find(asked);
    const expected = 160 * (phases.length + 1);
    if (!folder)
      return {
        found: 0,
        expected,
        message: `${places("mpMri", asked).join(" or ")}: found no folders of cases with art.nii.gz or image.nii.gz; ${mpMri.source}`,
      };
    const paths = finished(() =>
      idsOf(folder, options).flatMap((id) => {
        const { images, labels } = filesOf(folder, id);
        return [...images, ...labels];
      }),
    );
    if (paths instanceof Problem) return { folder, layout: "NIfTI", found: 0, expected, message: paths.message };
    return { folder, layout: "NIfTI", ...filesThere(paths) };
  },

  async *check(folder, options = {}, spacingMm = oneMm) {
    for (const id of idsOf(folder, options)) {
      const named = await checkFile(join(folder, id), () => void filesOf(folder, id));
      if (!named.ok) {
        yield named;
        continue;
      }
      const { images, labels } = filesOf(folder, id);
      for (const path of images) {
        const finding = await checkFile(path, () => {
          for (const phase of volumesIn(path, images)) {
            minMax(phase);
            checkSameGrid(gridOf(images), phase);
          }
        });
        const { ok, remarks = [] } = finding;
        yield ok ? { ...finding, remarks: [...remarks, ...unlikeIn(images, path, spacingMm)] } : finding;
      }
      yield checkFile(labels[0], (path) => checkSameGrid(gridOf(images), readNiftiLabel(path, [0, 1])));
    }
  },

  preprocessing: (options) => preprocessingOf({ ...mpMri.optionsOf("lab"), ...options }),

  async open(asked) {
    const folder = mpMri.find(asked.folder);
    if (!folder) throw new Problem(mpMri.state(asked.folder, asked.options).message);
    const options = resolveOptions(mpMri, asked);
    const [listed, validation, test] = listsOf(folder, options);
    const { train, labeled } = labeledFirst(listed, asked.labeled, folder, { all });
    const preprocessing = preprocessingOf(options);
    const { spacingMm = oneMm } = asked;
    return openSource({ ...mpMri, imageSize: preprocessing.slidingWindow.size }, asked, {
      folder,
      options,
      recipe: [1, codes],
      slices: train.map((id) => ({ id, case: id, slice: 0, slices: 1, file: id, place: 0 })),
      labeledSlices: labeled,
      validation,
      test,
      notes: unlikeAmong(folder, [...listed, ...validation, ...test], spacingMm),
      filesOf: (id) => filesOf(folder, id),
      async decode(id, isLabeled) {
        const image = readPhases(folder, id);
        const label = isLabeled ? readLiver(folder, id) : undefined;
        if (label) checkSameGrid(image, label);
        const { slices, shape } = preprocessing.toNetwork(image);
        return { images: slices[0], labels: label && preprocessing.labelToNetwork(label), shape };
      },
      readCase: async (id) => caseOf(id, readPhases(folder, id), readLiver(folder, id)),
      preprocessing,
    });
  },
};

const preprocessingOf = (options: DataOptions) =>
  volumePreprocessing({
    slidingWindow: slidingWindowOf("mpMri", options),
    channels: 3,
    normalised: phasewise,
    boxOf: whole,
  });

type Spacing = Geometry["spacingMm"];
const beyond = "more than twice as long or as short, so that a patch shows more or less of the body; resample first";

/** In what the voxels of a case are unlike those that are expected: said of the file whose grid is the case's. */
function unlikeIn(images: readonly string[], path: string, expected: Spacing): string[] {
  const { path: own, spacingMm } = gridOf(images);
  if (own !== path || !isUnlike(spacingMm, expected)) return [];
  return [`its voxels are ${millimetres(spacingMm)}, those of MP-MRI ${millimetres(expected)}: ${beyond}`];
}

/** Which cases have such voxels, in a sentence. A file that cannot be read is named where it is needed. */
function unlikeAmong(folder: string, ids: readonly string[], expected: Spacing): string[] {
  const unlike = ids.flatMap((id) => {
    const grid = finished(() => gridOf(filesOf(folder, id).images));
    if (grid instanceof Problem || !isUnlike(grid.spacingMm, expected)) return [];
    return [`${id} (${millimetres(grid.spacingMm)})`];
  });
  if (unlike.length === 0) return [];
  return [
    `${folder}: ${unlike.length} of ${ids.length} cases have other voxels than the ${millimetres(expected)} of MP-MRI: ${unlike.join(", ")}: ${beyond}`,
  ];
}

/** Every phase scaled to [0, 1] by its own extremes. */
function phasewise(image: Volume): Float32Array {
  const channels = channelsOf(image);
  if (channels.length !== phases.length)
    throw new Problem(
      `${image.path}: found ${channels.length} values in each voxel, expected ${phases.length}: ${phases.join(", ")}; the network was trained on three phases at once`,
    );
  return sideBySide(channels.map((data, c) => minMax({ data, path: `${image.path} (${phases[c]})` })));
}

function listsOf(folder: string, { lists }: DataOptions): string[][] {
  const lines = { id: /^[^/\\]+$/, example: "case001" };
  const root = lists === "found" ? folder : String(lists);
  return readApart(root, { "train.txt": lines, "val.txt": lines, "test.txt": lines });
}

const idsOf = (folder: string, options: DataOptions): string[] =>
  listsOf(folder, { ...mpMri.optionsOf("lab"), ...options })
    .flat()
    .sort();

/** What some work gives, or the Problem it ends with. */
function finished<T>(work: () => T): T | Problem {
  try {
    return work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
