import { stream } from "../../engine/random.js";
import { Problem } from "../../problem.js";
import type { Benchmark, ClassInfo, DataOptions } from "../benchmark.js";
import { oneOf } from "../choices.js";
import { photographs } from "../kinds/photographs.js";
import { encoding, range } from "../kinds/photoLabels.js";
import { sixteens } from "../kinds/photoPreprocessing.js";
import { type Lines, labeledFirst, listFolder, readSplitLists } from "../lists.js";
import { cityscapesFilesIn } from "./files.js";

/** The 19 classes of the official evaluation, each with its number in `labelIds` files; their places here are the trainIds. */
const trained: readonly (ClassInfo & { id: number })[] = [
  { name: "road", id: 7, color: [128, 64, 128] },
  { name: "sidewalk", id: 8, color: [244, 35, 232] },
  { name: "building", id: 11, color: [70, 70, 70] },
  { name: "wall", id: 12, color: [102, 102, 156] },
  { name: "fence", id: 13, color: [190, 153, 153] },
  { name: "pole", id: 17, color: [153, 153, 153] },
  { name: "traffic light", id: 19, color: [250, 170, 30] },
  { name: "traffic sign", id: 20, color: [220, 220, 0] },
  { name: "vegetation", id: 21, color: [107, 142, 35] },
  { name: "terrain", id: 22, color: [152, 251, 152] },
  { name: "sky", id: 23, color: [70, 130, 180] },
  { name: "person", id: 24, color: [220, 20, 60] },
  { name: "rider", id: 25, color: [255, 0, 0] },
  { name: "car", id: 26, color: [0, 0, 142] },
  { name: "truck", id: 27, color: [0, 0, 70] },
  { name: "bus", id: 28, color: [0, 60, 100] },
  { name: "train", id: 31, color: [0, 80, 100] },
  { name: "motorcycle", id: 32, color: [0, 0, 230] },
  { name: "bicycle", id: 33, color: [119, 11, 32] },
];

// 255: a licence plate, whose number is −1, in a file of bytes.
const labelIds = encoding(
  trained.map(({ id }) => id),
  [...range(0, 6), 9, 10, ...range(14, 16), 18, 29, 30, 255],
);
const trainIds = encoding(range(0, 18), [255]);

/**
 * Cityscapes as the paper used it: photographs resized to 1024×512 (labels nearest), cuts of 512×512, mIoU on the official validation set in that size.
 * Options: `lists` "alphabetical" (the paper's numbers over the cities in alphabetical order: not the paper's photographs, which nobody can tell), "found"
 * (what is there, in an order of our own) or a folder of lists of ids; `width` after resizing, twice the height; `resize` "bicubic", or "nearest" as Pillow did before version 7; `crop`; `scored` "resized", or "original" as the official evaluation.
 */
export const cityscapes: Benchmark = photographs(
  {
    name: "cityscapes",
    title: "Cityscapes",
    cite: "Cordts et al., The Cityscapes Dataset for Semantic Urban Scene Understanding, CVPR 2016",
    licence: "non-commercial, no redistribution (cityscapes-dataset.com/license), not distributed here",
    source:
      "get gtFine_trainvaltest.zip and leftImg8bit_trainvaltest.zip from https://www.cityscapes-dataset.com and unpack both in data/cityscapes, or set ARCO_DATA to their folder; data/cityscapes/README.md lists the forms that are understood",
    classes: trained.map(({ name, color }) => ({ name, color })),
    labeledChoices: [20, 50, 150, 2975],
    hasValidation: false,
    scales: [1, 1],
    optionsOf: () => ({ lists: "alphabetical", width: 1024, resize: "bicubic", crop: 512, scored: "resized" }),
  },
  {
    count: 3475,
    filesIn: cityscapesFilesIn,
    split({ ids }, folder, labeled, { lists }) {
      const found = { train: ids?.train ?? [], test: ids?.test ?? [] };
      if (lists === "found")
        return labeledFirst(shuffled(found.train), labeled, folder, { all: 2975, test: found.test });
      const isNumbered = lists === "alphabetical";
      if (isNumbered && (found.train.length !== 2975 || found.test.length !== 500))
        throw new Problem(
          `${folder}: found ${found.train.length} photographs to train on and ${found.test.length} to validate, expected 2975 and 500, over which the numbers of the lists count; get the rest, or choose the option lists: "found" or a folder of lists of ids`,
        );
      const lines = (part: readonly string[]): Lines =>
        isNumbered
          ? { id: (line) => (/^\d+$/.test(line) ? part[Number(line)] : undefined), example: "2624" }
          : { id: /^[a-z-]+_\d{6}_\d{6}$/, example: "aachen_000000_000019" };
      return readSplitLists(listFolder("cityscapes", isNumbered ? "official" : lists), labeled, {
        lines: lines(found.train),
        testLines: lines(found.test),
        all: 2975,
        file: `train_${labeled}.txt`,
      });
    },
    encodingOf: (path) => (path.endsWith("_labelTrainIds.png") ? trainIds : labelIds),
    form: (options) => ({
      size: sizeOf(options),
      kernel: oneOf("cityscapes", "resize", options.resize, ["bicubic", "nearest"]),
      isScoredResized: oneOf("cityscapes", "scored", options.scored, ["resized", "original"]) === "resized",
      frameOf: sixteens,
    }),
  },
);

/** In an order that is the same every time, so that the first few are of many cities. */
const shuffled = (ids: readonly string[]) =>
  [...stream(0, "cityscapes", "labelled").permutation(ids.length)].map((i) => ids[i]);

function sizeOf({ width }: DataOptions): [number, number] {
  if (typeof width !== "number" || width < 32 || width % 32 !== 0)
    throw new Problem(
      `cityscapes: option width: found ${width}, expected a multiple of 32, so that half of it can be halved four times; use 1024 as the paper does`,
    );
  return [width / 2, width];
}
