import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkSameGrid } from "../images/grid.js";
import { readNifti, readNiftiLabel } from "../images/nifti.js";
import { reorient } from "../images/orientation.js";
import type { Volume } from "../images/volume.js";
import { Problem } from "../problem.js";
import type { Benchmark, DataOptions } from "./benchmark.js";
import { choose } from "./choices.js";
import { filesThere } from "./filesThere.js";
import { finding } from "./finding.js";
import { minMax } from "./intensity.js";
import { openSource } from "./opening.js";
import { namesIn, places } from "./places.js";
import { caseOf } from "./slicing.js";
import { readList } from "./volumeLists.js";
import { volumeSight, whole } from "./volumeSight.js";
import { windowsOf } from "./windows.js";

const all = 100;
const codes = "LPS";
const phases = ["pre", "art", "ven"] as const; // before contrast, arterial, venous: the network's three channels

/**
 * MP-MRI, the paper's in-house livers in three phases of contrast MR, of which nothing was published: any data in the same folders takes its place.
 * Each phase scaled to [0, 1] by its extremes, turned by the affine, seen by patches, distances in voxels. Options: `patch` and `stride` of the windows by which
 * whole volumes are looked at; `lists`: a folder with train.txt, val.txt and test.txt, or "found" for those among the data.
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
  optionsOf: () => ({ patch: "112x112x80", stride: "18x18x4", lists: "found" }),
  find: (folder) => places("mpMri", folder).find(isMpMri),

  state(asked, options = {}) {
    const folder = mpMri.find(asked);
    const expected = 160 * (phases.length + 1);
    if (!folder)
      return {
        found: 0,
        expected,
        message: `${places("mpMri", asked).join(" or ")}: found no folders of cases with art.nii.gz; ${mpMri.source}`,
      };
    const found = finished(() => idsOf(folder, options));
    if (found instanceof Problem) return { folder, layout: "NIfTI", found: 0, expected, message: found.message };
    const paths = found.flatMap((id) => [...imagePaths(folder, id), labelPath(folder, id)]);
    return { folder, layout: "NIfTI", ...filesThere(paths) };
  },

  async *check(folder, options = {}) {
    for (const id of idsOf(folder, options)) {
      for (const path of imagePaths(folder, id))
        yield finding(path, () => {
          const image = readNifti(path);
          minMax(image);
          checkSameGrid(readNifti(imagePaths(folder, id)[1]), image);
        });
      yield finding(labelPath(folder, id), (path) => {
        checkSameGrid(readNifti(imagePaths(folder, id)[1]), readNiftiLabel(path, [0, 1]));
      });
    }
  },

  sight: (options) => sightOf({ ...mpMri.optionsOf("lab"), ...options }),

  async open(asked) {
    const folder = mpMri.find(asked.folder);
    if (!folder) throw new Problem(mpMri.state(asked.folder, asked.options).message);
    const options = choose(mpMri, asked);
    const { train, validation, test } = listsOf(folder, options);
    const labeled = asked.labeled === all ? train.length : asked.labeled;
    if (labeled > train.length)
      throw new Problem(
        `${folder}: found ${train.length} cases to train on, expected at least the ${labeled} to be labelled; choose fewer`,
      );
    const sight = sightOf(options);
    return openSource({ ...mpMri, imageSize: sight.windows.size }, asked, {
      folder,
      options,
      recipe: [1, codes],
      slices: train.map((id) => ({ id, case: id, slice: 0, slices: 1, file: id, place: 0 })),
      labeledSlices: labeled,
      validation,
      test,
      filesOf: (id) => ({ images: imagePaths(folder, id), labels: [labelPath(folder, id)] }),
      async decode(id, isLabeled) {
        const image = readPhases(folder, id);
        const label = isLabeled ? readLabel(folder, id) : undefined;
        if (label) checkSameGrid(image, label);
        const { slices, shape } = sight.toNetwork(image);
        return { images: slices[0], labels: label && sight.labelToNetwork(label), shape };
      },
      readCase: async (id) => caseOf(id, readPhases(folder, id), readLabel(folder, id)),
      sight,
    });
  },
};

const imagePaths = (folder: string, id: string) => phases.map((phase) => join(folder, id, `${phase}.nii.gz`));
const labelPath = (folder: string, id: string) => join(folder, id, "label.nii.gz");

const isMpMri = (folder: string) => namesIn(folder).some((name) => existsSync(join(folder, name, "art.nii.gz")));

/** The phases of a case side by side in every voxel, turned. */
function readPhases(folder: string, id: string): Volume {
  const [pre, art, ven] = imagePaths(folder, id).map((path) => reorient(readNifti(path), codes));
  const data = new Float32Array(art.data.length * phases.length);
  for (const [c, phase] of [pre, art, ven].entries()) {
    checkSameGrid(art, phase);
    for (let i = 0; i < phase.data.length; i++) data[i * phases.length + c] = phase.data[i];
  }
  return { ...art, data };
}

const readLabel = (folder: string, id: string) => reorient(readNiftiLabel(labelPath(folder, id), [0, 1]), codes);

const sightOf = (options: DataOptions) =>
  volumeSight({ windows: windowsOf("mpMri", options), channels: 3, normalised: phasewise, boxOf: whole });

/** Every phase scaled to [0, 1] by its own extremes. */
function phasewise({ data, shape, path }: Volume): Float32Array {
  const voxels = shape[0] * shape[1] * shape[2];
  if (data.length !== voxels * phases.length)
    throw new Problem(
      `${path}: found ${data.length / voxels} values in each voxel, expected ${phases.length}: ${phases.join(", ")}; the network was trained on three phases at once`,
    );
  const scaled = new Float32Array(data.length);
  for (const [c, phase] of phases.entries()) {
    const own = Float32Array.from({ length: voxels }, (_, i) => data[i * phases.length + c]);
    const values = minMax({ data: own, path: `${path} (${phase})` });
    for (let i = 0; i < voxels; i++) scaled[i * phases.length + c] = values[i];
  }
  return scaled;
}

function listsOf(folder: string, { lists }: DataOptions) {
  const root = lists === "found" ? folder : String(lists);
  const [train, validation, test] = ["train", "val", "test"].map((name) =>
    readList(join(root, `${name}.txt`), /^[^/\\]+$/, "case001"),
  );
  const every = [...train, ...validation, ...test];
  const twice = every.find((id, i) => every.indexOf(id) !== i);
  if (twice !== undefined)
    throw new Problem(`${root}: found ${twice} in two lists, expected every case in one only; correct the lists`);
  return { train, validation, test };
}

function idsOf(folder: string, options: DataOptions): string[] {
  const { train, validation, test } = listsOf(folder, { ...mpMri.optionsOf("lab"), ...options });
  return [...train, ...validation, ...test].sort();
}

/** What some work gives, or the Problem it ends with. */
function finished<T>(work: () => T): T | Problem {
  try {
    return work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
