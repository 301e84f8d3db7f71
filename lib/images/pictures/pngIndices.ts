import { crc32, inflateSync } from "node:zlib";
import { Problem } from "../../problem.js";
import { checkPixels, type Pixels } from "./pixels.js";

/** What every PNG file begins with. */
export const pngSignature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

const kinds: Record<number, string> = { 2: "red, green and blue", 4: "grey with alpha", 6: "colours with alpha" };

/**
 * The samples of a palettised or grey PNG file as they are stored: places in the palette, never its colours (libvips and browsers know colours alone).
 * Throws a Problem for other kinds, 16 bits, interlacing and damage; inflates no further than the header announces.
 */
export function pngIndices(file: Uint8Array, path: string): Pixels {
  const chunks = chunksOf(file, path);
  const header = chunks[0]?.kind === "IHDR" && chunks[0].content.length === 13 ? chunks[0].content : undefined;
  if (!header) throw new Problem(`${path}: no header of PNG where it should be; the file is damaged, get it again`);
  const [width, height, bits, kind] = [header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]];
  checkPixels(width, height, path);
  if (kind !== 0 && kind !== 3)
    throw new Problem(
      `${path}: found ${kinds[kind] ?? `colour type ${kind}`}, expected labels as a palettised or grey PNG; save the indices of the classes instead of colours`,
    );
  if (![1, 2, 4, 8].includes(bits))
    throw new Problem(`${path}: found ${bits} bits a pixel, expected at most 8; save the labels with 8 bits`);
  if (header[12] !== 0)
    throw new Problem(`${path}: found an interlaced PNG, expected a plain one; save it without interlacing`);
  const stride = Math.ceil((width * bits) / 8);
  const rows = inflate(
    Buffer.concat(chunks.filter((chunk) => chunk.kind === "IDAT").map(({ content }) => content)),
    (stride + 1) * height,
    path,
  );
  unfilter(rows, stride, height, path);
  return { data: unpacked(rows, { stride, bits, width, height }), shape: [height, width] };
}

/** The chunks up to the end of the image, each with a right checksum. */
function chunksOf(file: Uint8Array, path: string): { kind: string; content: Buffer }[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const chunks: { kind: string; content: Buffer }[] = [];
  for (let at = pngSignature.length; chunks.at(-1)?.kind !== "IEND"; ) {
    const end = at + 8 + (at + 8 <= bytes.length ? bytes.readUInt32BE(at) : 0);
    if (end + 4 > bytes.length)
      throw new Problem(`${path}: truncated: the PNG breaks off after ${bytes.length} bytes; get it again`);
    const kind = bytes.toString("latin1", at + 4, at + 8);
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end))
      throw new Problem(
        `${path}: damaged: the checksum of ${JSON.stringify(kind)} at byte ${at} is wrong; get it again`,
      );
    chunks.push({ kind, content: bytes.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

function inflate(packed: Buffer, length: number, path: string): Buffer {
  try {
    const rows = inflateSync(packed, { maxOutputLength: length });
    if (rows.length === length) return rows;
    throw new Problem(`${path}: truncated: found ${rows.length} bytes of pixels, expected ${length}; get it again`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code === "ERR_BUFFER_TOO_LARGE")
      throw new Problem(
        `${path}: inflates to more than the ${length} bytes of pixels that its header announces; the header is damaged`,
      );
    throw new Problem(`${path}: damaged: zlib says "${error.message}"; get it again`);
  }
}

/** Undoes the filter of each row in place (PNG specification, chapter 9); samples of 8 bits or fewer lie one byte apart. */
function unfilter(rows: Buffer, stride: number, height: number, path: string): void {
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1) + 1;
    const filter = rows[start - 1];
    if (filter > 4) throw new Problem(`${path}: damaged: row ${y} has filter ${filter}, expected 0 to 4; get it again`);
    for (let i = start; filter > 0 && i < start + stride; i++) {
      const left = i > start ? rows[i - 1] : 0;
      const above = y > 0 ? rows[i - stride - 1] : 0;
      const corner = i > start && y > 0 ? rows[i - stride - 2] : 0;
      rows[i] += predicted(filter, left, above, corner);
    }
  }
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const [toLeft, toAbove] = [Math.abs(above - corner), Math.abs(left - corner)]; // Paeth 1991
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** One byte a pixel; smaller samples lie in a byte from its high bits down. */
function unpacked(
  rows: Buffer,
  { stride, bits, width, height }: { stride: number; bits: number; width: number; height: number },
): Uint8Array {
  const data = new Uint8Array(width * height);
  const mask = 2 ** bits - 1;
  for (let y = 0, at = 0; y < height; y++) {
    const start = y * (stride + 1) + 1;
    if (bits === 8) data.set(rows.subarray(start, start + stride), y * width);
    else
      for (let x = 0, bit = 0; x < width; x++, at++, bit += bits)
        data[at] = (rows[start + (bit >> 3)] >> (8 - bits - (bit & 7))) & mask;
  }
  return data;
}
