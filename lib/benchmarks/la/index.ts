import { existsSync } from "node:fs";
import { checkSameGrid } from "../../images/geometry/grid.js";
import { Problem } from "../../problem.js";
import type { Benchmark, DataOptions } from "../benchmark.js";
import { checkFile } from "../checks/checkFile.js";
import { filesThere } from "../checks/filesThere.js";
import { oneOf, resolveOptions } from "../choices.js";
import { zScore } from "../intensity.js";
import { caseOf } from "../kinds/slices.js";
import { slidingWindowOf } from "../kinds/slidingWindow.js";
import { volumePreprocessing, whole } from "../kinds/volumes.js";
import { listFolder, readSplitLists } from "../lists.js";
import { openSource } from "../opening.js";
import { places } from "../places.js";
import { aroundTruth, centre, cropped } from "./crop.js";
import { type LaFiles, laFilesIn, mm } from "./files.js";

const all = 80;

/**
 * LA 2018: left atria in late-enhancement MR, standardised over the whole scan, seen by patches, distances in voxels. The public processed files are cut to the
 * surroundings of the true atrium, test scans too. Options: `patch`, `stride` and `weighting` of the windows by which whole scans are looked at; `normalisation` "patch": each patch is
 * standardised once more, for what is left of a scan has a standard deviation of 0.3 to 1.7 in the public files; `crop` of the challenge's whole scans:
 * "centre" (200 mm in the middle), "none", or "groundTruth": as UA-MT cut the public files, which reads the labels of unlabelled scans; `lists` "official", "found" (the scans of
 * the official lists that are there) or a folder of lists.
 */
export const la: Benchmark = {
  name: "la",
  title: "LA",
  cite: "Xiong et al., A global benchmark of algorithms for segmenting the left atrium from late gadolinium-enhanced cardiac magnetic resonance imaging, Medical Image Analysis 67, 2021",
  licence: "none named, free after registration; not distributed here",
  source:
    "get it from https://www.cardiacatlas.org/atriaseg2018-challenge/atria-seg-data/, or processed from https://github.com/yulequan/UA-MT, and put it into data/la, or set ARCO_DATA to its folder; data/la/README.md lists the forms that are understood",
  kind: "volumes",
  orientation: "LPS",
  spacingMm: [mm, mm, mm],
  channels: 1,
  classes: [
    { name: "background", color: [0, 0, 0] },
    { name: "LA", color: [230, 159, 0] },
  ],
  imageSize: [112, 112, 80],
  labeledChoices: [1, 4, 8, all],
  unit: "voxel",
  phantom: false,
  hasValidation: false,
  optionsOf: (protocol) => ({
    patch: "112x112x80",
    stride: "18x18x4",
    weighting: "uniform",
    normalisation: "scan",
    crop: protocol === "lab" ? "centre" : "groundTruth",
    lists: "official",
  }),
  find: (folder) => places("la", folder).find((place) => laFilesIn(place) !== undefined),

  state(asked, options = {}) {
    const folder = la.find(asked);
    const files = folder === undefined ? undefined : laFilesIn(folder);
    const ids = idsOf(options);
    if (!folder || !files)
      return {
        found: 0,
        expected: ids.length,
        message: `${places("la", asked).join(" or ")}: found no LA; ${la.source}`,
      };
    const paths = ids.flatMap((id) => [...files.paths(id).images, ...files.paths(id).labels]);
    return {
      folder,
      layout: files.layout === "h5" ? "h5, cut to the truth" : "challenge",
      ...filesThere(paths, la.source),
    };
  },

  async *check(folder, options = {}) {
    const files = laFilesIn(folder);
    if (!files) throw new Problem(la.state(folder, options).message);
    for (const id of idsOf(options)) {
      const { images, labels } = files.paths(id);
      if (labels.length > 0) yield checkFile(images[0], async () => void zScore(await files.readImage(id)));
      yield checkFile(labels[0] ?? images[0], async (path) => {
        const [image, label] = [await files.readImage(id), await files.readLabel(id)];
        checkSameGrid(image, label);
        if (!label.data.includes(1)) throw new Problem(`${path}: found no atrium, expected one; get the file again`);
      });
    }
  },

  preprocessing: (options) => preprocessingOf(filled(options)),

  async open(asked) {
    const folder = la.find(asked.folder);
    const files = folder === undefined ? undefined : laFilesIn(folder);
    if (!folder || !files) throw new Problem(la.state(asked.folder, asked.options).message);
    const options = resolveOptions(la, asked);
    const { notes, ...split } = presentSplit(files, options, asked.labeled, folder);
    const isCutByTruth = files.layout === "challenge" && cropOf(options) === "groundTruth";
    const preprocessing = preprocessingOf(options, { isStandardised: files.layout === "h5" || isCutByTruth });
    return openSource({ ...la, imageSize: preprocessing.slidingWindow.size }, asked, {
      folder,
      options,
      recipe: [1, files.layout, files.layout === "h5" ? undefined : options.crop],
      slices: split.train.map((id) => ({ id, case: id, slice: 0, slices: 1, file: id, place: 0 })),
      labeledSlices: split.labeled,
      notes,
      validation: [],
      test: split.test,
      filesOf(id) {
        const { images, labels } = files.paths(id);
        return { images: isCutByTruth ? [...images, ...labels] : images, labels };
      },
      async decode(id, isLabeled) {
        const scan = isLabeled || isCutByTruth ? await withLabel(files, id, isCutByTruth) : undefined;
        const { slices, shape } = preprocessing.toNetwork(scan?.image ?? (await files.readImage(id)));
        return {
          images: slices[0],
          labels: scan && isLabeled ? preprocessing.labelToNetwork(scan.label) : undefined,
          shape,
        };
      },
      async readCase(id) {
        const { image, label } = await withLabel(files, id, isCutByTruth);
        return caseOf(id, image, label);
      },
      preprocessing,
    });
  },
};

/** A scan and its atrium; cut by it after the whole is standardised, where that is asked for. */
async function withLabel(files: LaFiles, id: string, isCutByTruth: boolean) {
  const [image, label] = [await files.readImage(id), await files.readLabel(id)];
  checkSameGrid(image, label);
  if (!isCutByTruth) return { image, label };
  const box = aroundTruth(label, id);
  return { image: cropped({ ...image, data: zScore(image) }, box), label: cropped(label, box) };
}

/** What the files hold may be standardised and cut already; whole scans are not. */
function preprocessingOf(options: DataOptions, { isStandardised = false } = {}) {
  const isCentred = cropOf(options) === "centre" && !isStandardised;
  return volumePreprocessing({
    slidingWindow: slidingWindowOf("la", options),
    channels: 1,
    normalised: (image) => (isStandardised ? image.data : zScore(image)),
    boxOf: isCentred ? centre : whole,
  });
}

const cropOf = ({ crop }: DataOptions) => oneOf("la", "crop", crop, ["centre", "none", "groundTruth"]);

const filled = (options: DataOptions = {}): DataOptions => ({ ...la.optionsOf("lab"), ...options });

function listsOf({ lists }: DataOptions, labeled: number, has?: (id: string) => boolean) {
  const lines = { id: /^[0-9A-Z]{20}$/, example: "06SR5RBREL16DQ6M8LWS" };
  return readSplitLists(listFolder("la", lists === "found" ? "official" : lists), labeled, { lines, all, has });
}

/** The split, of scans that are all there; with `lists` "found" without those that are not, which are named. Throws a Problem where others are missing. */
function presentSplit(files: LaFiles, options: DataOptions, labeled: number, folder: string) {
  const has = (id: string) => files.paths(id).images.every((path) => existsSync(path));
  const listed = listsOf(options, all);
  const missing = [...listed.train, ...listed.test].filter((id) => !has(id));
  if (missing.length === 0) return { ...listsOf(options, labeled), notes: [] };
  const there = (part: readonly string[]) => `${part.filter(has).length} of ${part.length}`;
  const found = `${folder}: found ${there(listed.train)} scans to train on and ${there(listed.test)} to test`;
  if (options.lists !== "found")
    throw new Problem(
      `${found}; missing are ${missing[0]}${missing.length > 1 ? ` and ${missing.length - 1} more` : ""}; get them (arco data check la names all), or ${options.lists === "official" ? "train on what is there: --set data.lists=found" : "take them out of the lists"}`,
    );
  const split = listsOf(options, labeled, has);
  const isOfficial = split.train.slice(0, split.labeled).every((id, at) => id === listed.train[at]);
  const drawn = isOfficial
    ? "the labelled ones are those of the lists"
    : "the labelled ones are the first that are there";
  return { ...split, notes: [`${found}, where ${drawn}; missing are ${missing.join(", ")}`] };
}

function idsOf(options: DataOptions): string[] {
  const { train, test } = listsOf(filled(options), all);
  return [...train, ...test].sort();
}
