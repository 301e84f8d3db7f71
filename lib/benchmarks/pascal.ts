import { existsSync } from "node:fs";
import { join } from "node:path";
import { vocColor } from "../images/pictures/vocPalette.js";
import type { Benchmark } from "./benchmark.js";
import { oneOf } from "./choices.js";
import { photographs } from "./kinds/photographs.js";
import { encoding, range } from "./kinds/photoLabels.js";
import { sixteens } from "./kinds/photoPreprocessing.js";
import { listFolder, readSplitLists } from "./lists.js";

const names = [
  "background",
  "aeroplane",
  "bicycle",
  "bird",
  "boat",
  "bottle",
  "bus",
  "car",
  "cat",
  "chair",
  "cow",
  "dining table",
  "dog",
  "horse",
  "motorbike",
  "person",
  "potted plant",
  "sheep",
  "sofa",
  "train",
  "tv monitor",
];

const indices = encoding(range(0, 20), [255]);

/**
 * Pascal VOC 2012 with the masks of SBD, as the paper used it: photographs in their own size, cuts of 321×321 at 0.5 to 1.5 of it, mIoU of 21 classes on the official validation set.
 * Options: `lists` "official", "found" (those that are there, whatever is missing) or a folder of lists; `crop`, 320 for the U-Net; `pad` of whole photographs: "least" to multiples of 16, or "released" to 513×513.
 */
export const pascal: Benchmark = photographs(
  {
    name: "pascal",
    title: "Pascal VOC 2012 + SBD",
    cite: "Everingham et al., The Pascal Visual Object Classes Challenge, IJCV 2015; Hariharan et al., Semantic Contours from Inverse Detectors, ICCV 2011",
    licence: "photographs from Flickr under its terms, not distributed here",
    source:
      "get VOCtrainval_11-May-2012.tar from http://host.robots.ox.ac.uk/pascal/VOC/voc2012 and SegmentationClassAug.zip, and put JPEGImages and SegmentationClassAug into data/pascal, or set ARCO_DATA to their folder; data/pascal/README.md lists the forms that are understood",
    classes: names.map((name, i) => ({ name, color: vocColor(i) })),
    labeledChoices: [60, 200, 600, 10582],
    hasValidation: false,
    scales: [0.5, 1.5],
    optionsOf: (protocol) => ({
      lists: "official",
      crop: protocol === "lab" ? 320 : 321,
      pad: protocol === "lab" ? "least" : "released",
    }),
  },
  {
    count: 12031,
    filesIn,
    split: ({ image }, _, labeled, { lists }) =>
      readSplitLists(listFolder("pascal", lists === "found" ? "official" : lists), labeled, {
        lines: { id: /^\d{4}_\d{6}$/, example: "2007_000032" },
        all: 10582,
        file: `train_${labeled}.txt`,
        has: lists === "found" ? (id) => existsSync(image(id)) : undefined,
      }),
    encodingOf: () => indices,
    form({ pad }) {
      const isLeast = oneOf("pascal", "pad", pad, ["least", "released"]) === "least";
      return {
        kernel: "bilinear",
        isScoredResized: false,
        frameOf: isLeast ? sixteens : ([height, width]) => [Math.max(513, height), Math.max(513, width)],
      };
    },
  },
);

/** Both folders side by side, or in that of the challenge's archive; the masks of SBD are also found beside it. */
function filesIn(folder: string) {
  const roots = ["", "VOC2012", join("VOCdevkit", "VOC2012")].map((part) => join(folder, part));
  const place = (name: string) => roots.map((root) => join(root, name)).find((path) => existsSync(path));
  const [images, labels] = [place("JPEGImages"), place("SegmentationClassAug")];
  if (images === undefined || labels === undefined) return undefined;
  return {
    layout: images.includes("VOC2012") ? "VOCdevkit" : "flat",
    image: (id: string) => join(images, `${id}.jpg`),
    label: (id: string) => join(labels, `${id}.png`),
  };
}
