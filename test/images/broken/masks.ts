import { readIndexMask } from "../../../lib/images/pictures/index.js";
import { pngBomb } from "./bombs.js";
import type { Case } from "./case.js";
import { changed, converted, cutBy, over } from "./files.js";

const limit = "expected 1 to 67108864; the header is damaged, or scale the picture down";

/** Broken files of labels, and pictures that are none. */
export const masks: Case[] = [
  [
    "truncated labels",
    readIndexMask,
    () => changed("cut mask.png", cutBy(20)),
    "truncated: the PNG breaks off after {size} bytes; get it again",
  ],
  [
    "damaged labels",
    readIndexMask,
    () => changed("damaged mask.png", over("writeUInt8", [45, 7])),
    'damaged: the checksum of "IDAT" at byte 33 is wrong; get it again',
  ],
  [
    "labels that claim 10¹⁰ pixels",
    readIndexMask,
    () => pngBomb("claim mask.png", 100_000, 100_000),
    `the header claims 100000×100000 pixels, ${limit}`,
  ],
  [
    "labels without pixels",
    readIndexMask,
    () => pngBomb("none mask.png", 0, 8),
    `the header claims 0×8 pixels, ${limit}`,
  ],
  [
    "2 GiB behind small labels",
    readIndexMask,
    () => pngBomb("bomb mask.png", 16, 8),
    "inflates to more than the 136 bytes of pixels that its header announces; the header is damaged",
  ],
  [
    "colours as labels",
    readIndexMask,
    () => changed("colors.png"),
    "found red, green and blue, expected labels as a palettised or grey PNG; save the indices of the classes instead of colours",
  ],
  [
    "labels with alpha",
    readIndexMask,
    () => converted("alpha.png", (picture) => picture.ensureAlpha(1).png()),
    "found colours with alpha, expected labels as a palettised or grey PNG; save the indices of the classes instead of colours",
  ],
  [
    "labels of 16 bits",
    readIndexMask,
    () => converted("deep mask.png", (picture) => picture.toColourspace("grey16").png()),
    "found 16 bits a pixel, expected at most 8; save the labels with 8 bits",
  ],
  [
    "interlaced labels",
    readIndexMask,
    () => converted("laced mask.png", (picture) => picture.toColourspace("b-w").png({ progressive: true })),
    "found an interlaced PNG, expected a plain one; save it without interlacing",
  ],
  [
    "labels as JPEG",
    readIndexMask,
    () => changed("label.jpg"),
    "found a JPEG, expected a PNG of labels; JPEG blurs labels, get the original",
  ],
];
