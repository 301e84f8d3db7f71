import { join } from "node:path";
import { channelsOf, sideBySide } from "../../images/channels.js";
import { checkSameGrid } from "../../images/geometry/grid.js";
import { readNiftiLabel } from "../../images/nifti/index.js";
import type { Volume } from "../../images/volume.js";
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

/**
 * MP-MRI, the paper's in-house livers in three phases of contrast MR, of which nothing was published: any data in the same folders takes its place.
 * Each phase scaled to [0, 1] by its extremes, turned by the affine, seen by patches, distances in voxels. Options: `patch`, `stride`, `weighting` and `normalisation` of the
 * windows by which whole volumes are looked at; `lists`: a folder with train.txt, val.txt and test.txt, or "found" for those among the data.
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

  async *check(folder, options = {}) {
    for (const id of idsOf(folder, options)) {
      const named = await checkFile(join(folder, id), () => void filesOf(folder, id));
      if (!named.ok) {
        yield named;
        continue;
      }
      const { images, labels } = filesOf(folder, id);
      for (const path of images)
        yield checkFile(path, () => {
          for (const phase of volumesIn(path, images)) {
            minMax(phase);
            checkSameGrid(gridOf(images), phase);
          }
        });
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
    return openSource({ ...mpMri, imageSize: preprocessing.slidingWindow.size }, asked, {
      folder,
      options,
      recipe: [1, codes],
      slices: train.map((id) => ({ id, case: id, slice: 0, slices: 1, file: id, place: 0 })),
      labeledSlices: labeled,
      validation,
      test,
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
