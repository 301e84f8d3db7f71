import { existsSync } from "node:fs";
import { join } from "node:path";
import { vocColor } from "../images/pictures/vocPalette.js";
import { Problem } from "../problem.js";
import type { Benchmark, DataOptions } from "./benchmark.js";
import { oneOf } from "./choices.js";
import { type PhotoFiles, photographs } from "./kinds/photographs.js";
import { encoding, range } from "./kinds/photoLabels.js";
import { sixteens } from "./kinds/photoPreprocessing.js";
import { listFolder, readSplitLists } from "./lists.js";
import { namesIn } from "./places.js";

/** In the order of their numbers in the masks, which begin with 1. */
const names = [
  "wall",
  "floor",
  "cabinet",
  "bed",
  "chair",
  "sofa",
  "table",
  "door",
  "window",
  "bookshelf",
  "picture",
  "counter",
  "blinds",
  "desk",
  "shelves",
  "curtain",
  "dresser",
  "pillow",
  "mirror",
  "floor mat",
  "clothes",
  "ceiling",
  "books",
  "fridge",
  "tv",
  "paper",
  "towel",
  "shower curtain",
  "box",
  "whiteboard",
  "person",
  "night stand",
  "toilet",
  "sink",
  "lamp",
  "bathtub",
  "bag",
];

const numbers = encoding(range(1, 37), [0]);

/**
 * SUN RGB-D in ReCo's split, as the paper used it: photographs resized to 512×384, cuts of 321×321 at 0.5 to 1.5 of that, mIoU of 37 classes on 475 of the official test images.
 * 4,575 official test images are trained on, so no score can be compared with others of SUN RGB-D. Ids are the numbers of the masks.
 * Options: `lists` "official", "found" (those that are there, whatever is missing) or a folder of lists; `width` after resizing; `crop`, 320 for the U-Net; `pad` of whole photographs: "least" to multiples of 16,
 * or "released", one pixel more in width and height; `scored` "resized" or "original".
 */
export const sunRgbd: Benchmark = photographs(
  {
    name: "sunRgbd",
    title: "SUN RGB-D",
    cite: "Song et al., SUN RGB-D: A RGB-D Scene Understanding Benchmark Suite, CVPR 2015; with photographs of NYU depth v2, Berkeley B3DO and SUN3D",
    licence: "none stated, not distributed here",
    source:
      "get SUNRGBD-train_images.tgz and SUNRGBD-test_images.tgz from http://www.doc.ic.ac.uk/~ahanda and sunrgbd_train_test_labels.tar.gz from https://github.com/ankurhanda/sunrgbd-meta-data and unpack all in data/sunRgbd, or set ARCO_DATA to their folder; data/sunRgbd/README.md lists the forms that are understood",
    classes: names.map((name, i) => ({ name, color: vocColor(i + 1) })),
    labeledChoices: [50, 150, 500, 9860],
    hasValidation: false,
    scales: [0.5, 1.5],
    optionsOf: (protocol) => ({
      lists: "official",
      width: 512,
      crop: protocol === "lab" ? 320 : 321,
      pad: protocol === "lab" ? "least" : "released",
      scored: "resized",
    }),
  },
  {
    count: 10335,
    filesIn,
    split: ({ image }, _, labeled, { lists }) =>
      readSplitLists(listFolder("sunrgbd", lists === "found" ? "official" : lists), labeled, {
        lines: {
          id: (line) => (/^[1-9]\d{0,4}$/.test(line) && Number(line) <= 10335 ? line : undefined),
          example: "6111",
        },
        all: 9860,
        file: `train_${labeled}.txt`,
        has: lists === "found" ? (id) => existsSync(image(id)) : undefined,
      }),
    encodingOf: () => numbers,
    form(options) {
      const size = sizeOf(options);
      const isLeast = oneOf("sunRgbd", "pad", options.pad, ["least", "released"]) === "least";
      return {
        size,
        kernel: "bicubic",
        isScoredResized: oneOf("sunRgbd", "scored", options.scored, ["resized", "original"]) === "resized",
        frameOf: isLeast ? sixteens : ([height, width]) => [height + 1, width + 1],
      };
    },
  },
);

const tested = 5050; // the masks' numbers up to here are those of the official test images

/**
 * The archives as they are: images of each part are numbered from 1, masks through both, so that training image n has mask n + 5050.
 * Or what ReCo's script makes of them: training images renamed to the masks' numbers, and most test images moved among them.
 */
function filesIn(folder: string): PhotoFiles | undefined {
  const [training, testing] = ["train", "test"].map((part) => join(folder, `SUNRGBD-${part}_images`));
  const named = namesIn(training);
  if (named.length === 0) return undefined;
  const label = (id: string) => join(folder, "sunrgbd_train_test_labels", file(Number(id), "png"));
  if (named[named.length - 1] > file(10335 - tested, "jpg")) {
    const image = (id: string) =>
      [training, testing].map((place) => join(place, file(Number(id), "jpg"))).find((path) => existsSync(path)) ??
      join(training, file(Number(id), "jpg"));
    return { layout: "renamed by ReCo", image, label };
  }
  return {
    layout: "official archives",
    image: (id) =>
      Number(id) <= tested ? join(testing, file(Number(id), "jpg")) : join(training, file(Number(id) - tested, "jpg")),
    label,
  };
}

const file = (number: number, kind: string) => `img-${String(number).padStart(6, "0")}.${kind}`;

function sizeOf({ width }: DataOptions): [number, number] {
  if (typeof width !== "number" || width < 64 || width % 64 !== 0)
    throw new Problem(
      `sunRgbd: option width: found ${width}, expected a multiple of 64, so that three quarters of it can be halved four times; use 512 as the paper does`,
    );
  return [(3 * width) / 4, width];
}
