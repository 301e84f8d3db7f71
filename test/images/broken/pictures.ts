import { readPicture } from "../../../lib/images/pictures/index.js";
import { pngBomb } from "./bombs.js";
import type { Case } from "./case.js";
import { changed, converted, cutBy, over } from "./files.js";

const limit = "expected 1 to 67108864; the header is damaged, or scale the picture down";

/** Broken pictures. */
export const pictures: Case[] = [
  [
    "truncated PNG",
    readPicture,
    () => changed("cut.png", cutBy(200)),
    'damaged or truncated: libvips says "vipspng: libpng read error"; get it again',
  ],
  [
    "damaged PNG",
    readPicture,
    () => changed("damaged.png", over("writeUInt8", [120, 1], [121, 2])),
    'damaged or truncated: libvips says "vipspng: libpng read error"; get it again',
  ],
  [
    "a PNG header that claims 10¹⁰ pixels",
    readPicture,
    () => pngBomb("claim.png", 100_000, 100_000, { colorType: 2 }),
    `the header claims 100000×100000 pixels, ${limit}`,
  ],
  [
    "truncated JPEG",
    readPicture,
    () => changed("cut.jpg", cutBy(100)),
    'damaged or truncated: libvips says "VipsJpeg: premature end of JPEG image"; get it again',
  ],
  [
    "a JPEG header that claims 4·10⁹ pixels",
    readPicture,
    () =>
      changed("claim.jpg", (bytes) => {
        const frame = bytes.indexOf(Buffer.of(0xff, 0xc0)); // its header, height and width from byte 5
        return over("writeUInt16BE", [frame + 5, 65500], [frame + 7, 65500])(bytes);
      }),
    `the header claims 65500×65500 pixels, ${limit}`,
  ],
  [
    "16 bits",
    readPicture,
    () => converted("deep.png", (picture) => picture.toColourspace("rgb16").png()),
    "found 16 bits a channel, expected 8; convert the picture to 8 bits first",
  ],
  [
    "transparency",
    readPicture,
    () => converted("clear.png", (picture) => picture.ensureAlpha(0.5).png()),
    "found transparent pixels, expected opaque ones; save it without alpha",
  ],
  [
    "CMYK",
    readPicture,
    () => converted("print.jpg", (picture) => picture.toColourspace("cmyk").jpeg()),
    "found CMYK, expected red, green and blue; convert it first",
  ],
];
