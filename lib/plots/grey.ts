import { crc32, deflateSync } from "node:zlib";

/** A grey image as a PNG in a data address: values from `low` (black) to `high` (white), row by row. */
export function greyPicture(
  values: ArrayLike<number>,
  [height, width]: readonly [number, number],
  [low, high]: readonly [number, number],
): string {
  const rows = Buffer.alloc(height * (width + 1)); // every row begins with its filter, 0 = none
  const scale = high > low ? 255 / (high - low) : 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows[y * (width + 1) + x + 1] = Math.max(0, Math.min(255, Math.round((values[y * width + x] - low) * scale)));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a sample; colour type 0 = grey
  const file = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return `data:image/png;base64,${file.toString("base64")}`;
}

/** The values below and above which one in a hundred lies: the window in which MR images are usually shown. */
export function greyWindow(values: ArrayLike<number>): [number, number] {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return [at(0.01), at(0.99)];
}

function chunk(kind: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
