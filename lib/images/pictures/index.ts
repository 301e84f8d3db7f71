import { Problem } from "../../problem.js";
import { bytesOf } from "../file.js";
import { checkPixels, type Pixels } from "./pixels.js";
import { pngIndices, pngSignature } from "./pngIndices.js";

export { writeJpeg, writePng } from "./write.js";

const expected = "a PNG or JPEG picture";

/**
 * The red, green and blue of a PNG or JPEG picture, 8 bits each, [height, width, 3]; grey is repeated, an alpha channel dropped where all is opaque.
 * Values are those stored: a colour profile is not applied (nor by PIL and OpenCV, with which the published networks were trained), nor is the rotation of EXIF, as the labels would no longer fit.
 * Throws a Problem for 16 bits, transparency, CMYK, another format and damage.
 */
export async function readPicture(path: string): Promise<Pixels> {
  const file = bytesOf(path, expected);
  if (!isPng(file) && !isJpeg(file))
    throw new Problem(
      `${path}: no signature of PNG or JPEG, expected ${expected}; this is another format, or the file is damaged`,
    );
  const { default: sharp } = await import("sharp"); // when it is first needed: most commands and threads read no picture
  const { width, height, depth, space } = await said(
    path,
    sharp(file, { limitInputPixels: false }).metadata(), // reads the header alone
  );
  checkPixels(width, height, path);
  if (depth !== "uchar")
    throw new Problem(`${path}: found 16 bits a channel, expected 8; convert the picture to 8 bits first`);
  if (space === "cmyk") throw new Problem(`${path}: found CMYK, expected red, green and blue; convert it first`);
  const { data, info } = await said(
    path,
    sharp(file, { ignoreIcc: true }).toColourspace("srgb").raw().toBuffer({ resolveWithObject: true }),
  );
  return { data: info.channels === 4 ? opaque(data, path) : new Uint8Array(data), shape: [height, width] };
}

/**
 * The indices in a PNG file of labels: of a palettised one the places in its palette (never its colours), of a grey one the samples as stored.
 * Throws a Problem for colours, alpha, 16 bits, interlacing, JPEG (which blurs labels) and damage.
 */
export function readIndexMask(path: string): Pixels {
  const file = bytesOf(path, "a PNG of labels");
  if (isJpeg(file))
    throw new Problem(`${path}: found a JPEG, expected a PNG of labels; JPEG blurs labels, get the original`);
  if (!isPng(file))
    throw new Problem(
      `${path}: no signature of PNG, expected a PNG of labels; this is another format, or the file is damaged`,
    );
  return pngIndices(file, path);
}

const isPng = (file: Buffer) => file.subarray(0, pngSignature.length).equals(pngSignature);
const isJpeg = (file: Buffer) => file[0] === 0xff && file[1] === 0xd8 && file[2] === 0xff;

/** What libvips answers; its errors become Problems. */
async function said<T>(path: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const lines = new Set(error.message.split("\n"));
    throw new Problem(`${path}: damaged or truncated: libvips says "${[...lines].join("; ")}"; get it again`);
  }
}

/** Colours without alpha, which must be 255 everywhere: what is behind a transparent pixel means nothing. */
function opaque(data: Uint8Array, path: string): Uint8Array {
  const colors = new Uint8Array((data.length / 4) * 3);
  for (let i = 0, at = 0; i < data.length; i += 4) {
    if (data[i + 3] !== 255)
      throw new Problem(`${path}: found transparent pixels, expected opaque ones; save it without alpha`);
    for (let channel = 0; channel < 3; channel++) colors[at++] = data[i + channel];
  }
  return colors;
}
