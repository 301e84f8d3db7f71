import { photoVolume } from "../benchmarks/kinds/photoPreprocessing.js";
import { readPicture } from "../images/pictures/index.js";
import { orientationIn, uprightPlaces } from "../images/pictures/upright.js";
import { writePng } from "../images/pictures/write.js";
import { Problem } from "../problem.js";
import { fixed } from "../written.js";
import type { Results, Wanted } from "./scanFiles.js";
import type { Segmenter } from "./segment.js";

/** Names of photographs. */
export const photographEnding = /\.(png|jpe?g)$/i;

/** What was found in a photograph. */
export interface SegmentedPhotograph {
  /** Percent of its pixels that are of each class. */
  percent: Record<string, number>;
  warnings: string[];
}

/**
 * Shows a photograph to a network, turned as its EXIF says, and writes the numbers of its classes as a palettised PNG on the pixels as they are stored.
 */
export async function segmentPhotograph(
  { segment, benchmark: { classes, labelValues } }: Segmenter,
  path: string,
  { mask: out }: Results,
): Promise<SegmentedPhotograph> {
  const { data, shape } = await readPicture(path);
  const { places, shape: upright } = uprightPlaces(await orientationIn(path), shape);
  const seen = new Float32Array(data.length);
  for (const [i, place] of places.entries()) for (let c = 0; c < 3; c++) seen[3 * i + c] = data[3 * place + c];
  const { mask, warnings } = await segment(photoVolume(seen, upright, path));
  const stored = new Uint8Array(mask.data.length);
  for (const [i, place] of places.entries()) stored[place] = mask.data[i];
  const numbers = labelValues ? stored.map((number) => labelValues[number]) : stored;
  await writePng(out, numbers, shape, { palette: paletteOf(classes, labelValues) });
  const share = (number: number) =>
    (100 * stored.reduce((sum, one) => sum + Number(one === number), 0)) / stored.length;
  return { percent: Object.fromEntries(classes.map(({ name }, number) => [name, share(number)])), warnings };
}

/** Throws a Problem where more than the mask is wanted of photographs. */
export function checkMaskAlone(wanted: Wanted): void {
  const extra = Object.entries(wanted).find(([, isWanted]) => isWanted)?.[0];
  if (extra !== undefined)
    throw new Problem(`${extra}: found for photographs, expected scans, of which alone it is written; leave it out`);
}

/** The colours of the classes at the places of their values; black in between. */
function paletteOf(classes: Segmenter["benchmark"]["classes"], values: readonly number[] = [...classes.keys()]) {
  const palette: (readonly number[])[] = Array.from({ length: Math.max(...values) + 1 }, () => [0, 0, 0]);
  for (const [number, { color }] of classes.entries()) palette[values[number]] = color;
  return palette;
}

/** "road 31.2 %, building 20.1 %", the largest first; classes below a tenth of a percent are left out. */
export const sharesInWords = (percent: SegmentedPhotograph["percent"]): string =>
  Object.entries(percent)
    .filter(([, share]) => share >= 0.1)
    .sort(([, a], [, b]) => b - a)
    .map(([name, share]) => `${name} ${fixed(share, 1)} %`)
    .join(", ");
