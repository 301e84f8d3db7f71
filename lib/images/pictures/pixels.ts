import { Problem } from "../../problem.js";

/** Bytes of a picture row by row: one (an index or a grey value) or three (red, green, blue) a pixel. */
export interface Pixels {
  data: Uint8Array;
  /** Height and width. */
  shape: readonly [height: number, width: number];
}

const most = 2 ** 26; // 192 MiB of red, green and blue

/** Throws a Problem where a header claims no pixels or too many, before any memory is taken for them. */
export function checkPixels(width: number, height: number, path: string): void {
  if (!(width >= 1 && height >= 1 && width * height <= most))
    throw new Problem(
      `${path}: the header claims ${width}×${height} pixels, expected 1 to ${most}; the header is damaged, or scale the picture down`,
    );
}
