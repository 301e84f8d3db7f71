import { crc32, deflateSync } from "node:zlib";

/** Pixels as a PNG file: one sample (grey) or three (red, green, blue) from 0 to 255 for each, row by row. */
export function raster(
  samples: ArrayLike<number>,
  [height, width]: readonly [number, number],
  { channels = 1 }: { channels?: 1 | 3 } = {},
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a sample
  header[9] = channels === 1 ? 0 : 2; // colour type: grey, or red, green and blue
  const rows = Array.from({ length: height }, (_, y) => filtered(samples, { y, stride: width * channels, channels }));
  const packed = [plain, nearest].map((choose) => deflateSync(Buffer.concat(rows.map(choose)), { level: 9 }));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", packed[1].length < packed[0].length ? packed[1] : packed[0]), // flat areas pack best as they are, noise by differences
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A PNG file as the address of a picture. */
export const dataAddress = (file: Buffer) => `data:image/png;base64,${file.toString("base64")}`;

/** The samples left of one, above it and left of that. */
type Predict = (left: number, above: number, corner: number) => number;

/** PNG's filters that are used, by number: what is stored is the difference to a prediction. */
const predictions: readonly (readonly [number, Predict])[] = [
  [0, () => 0],
  [1, (left) => left],
  [2, (_, above) => above],
  [4, paeth],
];

/** Paeth's (1991): that of the three which is nearest to left + above − corner. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

const plain = (rows: readonly Buffer[]) => rows[0];
/** The row with the smallest differences. */
const nearest = (rows: readonly Buffer[]) => rows.reduce((a, b) => (size(b) < size(a) ? b : a));
const size = (row: Buffer) => row.reduce((sum, value) => sum + Math.min(value, 256 - value), 0);

/** A row behind the number of its filter, once for each filter. */
function filtered(
  samples: ArrayLike<number>,
  { y, stride, channels }: { y: number; stride: number; channels: number },
): Buffer[] {
  return predictions.map(([number, predict]) => {
    const row = Buffer.alloc(stride + 1);
    row[0] = number;
    for (let x = 0; x < stride; x++) {
      const [at, isFirst] = [y * stride + x, x < channels];
      const left = isFirst ? 0 : samples[at - channels];
      const above = y === 0 ? 0 : samples[at - stride];
      const corner = isFirst || y === 0 ? 0 : samples[at - stride - channels];
      row[x + 1] = samples[at] - predict(left, above, corner);
    }
    return row;
  });
}

function chunk(kind: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
