import { crc32, deflateSync } from "node:zlib";
import { ownPartOf, writeWhole } from "../../disk.js";
import { Problem } from "../../problem.js";
import { pngSignature } from "./pngIndices.js";

/**
 * Writes a PNG file: pixels [height, width, 3] as colours, [height, width] as grey, or as indices into a palette of up to 256 colours.
 * The file appears whole or not at all. Throws a Problem where an index is outside the palette.
 */
export async function writePng(
  path: string,
  pixels: Uint8Array,
  shape: readonly [height: number, width: number],
  { palette }: { palette?: readonly (readonly number[])[] } = {},
): Promise<void> {
  const channels = channelsOf(pixels, shape, path);
  if (channels === 3) return write(path, await (await raw(pixels, shape, 3)).png().toBuffer());
  const outside = palette ? pixels.findIndex((index) => index >= palette.length) : -1;
  if (outside >= 0)
    throw new Problem(
      `${path}: index ${pixels[outside]} is outside the palette of ${palette?.length} colours; give it a colour`,
    );
  write(path, indexed(pixels, shape, palette));
}

/** Writes a JPEG file, of colours [height, width, 3] or grey [height, width]; whole or not at all. JPEG loses detail: it is for pictures, never for labels. */
export async function writeJpeg(
  path: string,
  pixels: Uint8Array,
  shape: readonly [height: number, width: number],
  { quality = 90 } = {},
): Promise<void> {
  write(path, await (await raw(pixels, shape, channelsOf(pixels, shape, path))).jpeg({ quality }).toBuffer());
}

function channelsOf(pixels: Uint8Array, [height, width]: readonly [number, number], path: string): 1 | 3 {
  if (pixels.length === height * width) return 1;
  if (pixels.length === 3 * height * width) return 3;
  throw new RangeError(`${path}: found ${pixels.length} values, expected ${height}×${width} or ${height}×${width}×3`);
}

async function raw(pixels: Uint8Array, [height, width]: readonly [number, number], channels: 1 | 3) {
  const { default: sharp } = await import("sharp"); // when it is first needed, as in picture.ts
  return sharp(pixels, { raw: { width, height, channels } }).toColourspace(channels === 1 ? "b-w" : "srgb");
}

/** A PNG of 8-bit samples, unfiltered, as suits flat areas; libvips would choose a palette of its own. */
function indexed(
  pixels: Uint8Array,
  [height, width]: readonly [number, number],
  palette: readonly (readonly number[])[] | undefined,
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a sample
  header[9] = palette ? 3 : 0; // colour type: palettised or grey
  const rows = Buffer.alloc(height * (width + 1)); // each behind the number of its filter, 0
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([
    pngSignature,
    chunk("IHDR", header),
    ...(palette ? [chunk("PLTE", Buffer.from(palette.flat()))] : []),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(kind: string, content: Buffer): Buffer {
  const framed = Buffer.alloc(content.length + 12);
  framed.writeUInt32BE(content.length, 0);
  framed.write(kind, 4, "latin1");
  content.copy(framed, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, -4)), content.length + 8);
  return framed;
}

const write = (path: string, file: Buffer): void => writeWhole(path, file, { part: ownPartOf(path) });
