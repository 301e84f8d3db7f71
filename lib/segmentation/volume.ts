import { channelsOf, sideBySide } from "../images/channels.js";
import { orientation, reorient } from "../images/geometry/orientation.js";
import { largestComponents } from "../images/largestComponent.js";
import { sizeOf } from "../images/values.js";
import type { Volume } from "../images/volume.js";
import type { Predictor } from "../methods/method.js";
import { type Predicted, type PredictOptions, predictMaps, type Viewed } from "../training/evaluation/predict.js";
import { checkScan, type Scan, type Trained, unlike } from "./scan.js";

/** What is wanted beside the mask, and how the work on one scan is stopped and followed. */
export type SegmentOptions = PredictOptions;

/** A scan's classes. Everything lies on the scan's own grid, in its own orientation. */
export interface Segmentation {
  mask: Volume<Uint8Array>;
  /** How likely the network holds each class (softmax), a volume for each, the background first; in every voxel they sum to 1. Components that a mask leaves out stay in them. */
  probabilities?: Volume[];
  /** Entropy of the probabilities in nats: from 0, sure of one class, to ln(classes), all alike. It says how undecided the network is, not how wrong. */
  uncertainty?: Volume;
  /** In what the scan is unlike the training data, in sentences. */
  warnings: string[];
}

/**
 * Segments a scan as the benchmark's own cases are segmented: turned as they lay (where the benchmark says how), shown to the network, and turned back.
 * What lies outside the network's view is background in the mask, and every class is as likely there. With `largestComponent` the mask keeps of each class its largest component alone.
 * Throws a Problem where the scan is none for this network, and the reason of the signal that stops it.
 */
export async function segmentVolume(
  network: Predictor,
  viewed: Viewed & { benchmark: Trained; largestComponent?: boolean },
  { image, remarks }: Scan,
  options: SegmentOptions = {},
): Promise<Segmentation> {
  checkScan(image, viewed.benchmark);
  const own = orientation(image.affine);
  const turned = turnedTo(image, viewed.benchmark.orientation ?? own);
  const predicted = await predictMaps(network, viewed, turned, options);
  const back = <A extends Float32Array | Uint8Array>(data: A): Volume<A> => ({
    ...image, // its own affine, to the last bit
    data: reorient({ ...turned, data }, own).data,
  });
  const origins = originsOf(viewed, predicted, turned);
  const { classes } = viewed.benchmark;
  const found = viewed.fromNetwork(predicted.classes, turned);
  const { probabilities, uncertainty } = predicted;
  const onGrid = (maps: Float32Array[], outside: number) => back(taken(maps, origins, outside));
  const likely: Volume[] = [];
  // each class leaves the list before it is moved, so that no more than one is in memory twice
  for (let maps = probabilities?.shift(); maps; maps = probabilities?.shift())
    likely.push(onGrid(maps, 1 / classes.length));
  return {
    mask: back((viewed.largestComponent ? largestComponents(found) : found).data),
    ...(probabilities && { probabilities: likely }),
    ...(uncertainty && { uncertainty: onGrid(uncertainty, Math.log(classes.length)) }),
    warnings: [...unlike({ image: turned, remarks }, viewed.benchmark), ...unseen(origins)],
  };
}

/** A volume turned, whatever channels lie side by side in its voxels. */
function turnedTo(image: Volume, codes: string): Volume {
  const channels = channelsOf(image).map((data) => reorient({ ...image, data }, codes));
  return { ...channels[0], data: sideBySide(channels.map(({ data }) => data)) };
}

/**
 * The pixel of the network's maps that each voxel takes its class from, counted from 1 through all maps; 0 where there is none.
 * `fromNetwork` only moves values, so the numbers of the pixels go through it as classes do, one byte after the other.
 */
function originsOf({ fromNetwork }: Viewed, { classes }: Predicted, onto: Volume): Uint32Array {
  const origins = new Uint32Array(sizeOf(onto.shape));
  for (const shift of [0, 8, 16, 24]) {
    const bytes = classes.map((map, part) => byteOfNumbers(1 + part * map.length, map.length, shift));
    const { data } = fromNetwork(bytes, onto);
    for (let i = 0; i < data.length; i++) origins[i] |= data[i] << shift;
  }
  return origins;
}

/** One byte of each of so many whole numbers, the first of them given. */
function byteOfNumbers(first: number, count: number, shift: number): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let i = 0; i < count; i++) bytes[i] = (first + i) >>> shift; // its lowest eight bits
  return bytes;
}

/** The value at each voxel's origin; `outside` where it has none. */
function taken(maps: readonly Float32Array[], origins: Uint32Array, outside: number): Float32Array {
  const pixels = maps[0].length;
  const values = new Float32Array(origins.length).fill(outside); // a loop, for `from` would make a list of all numbers first
  for (let i = 0; i < values.length; i++) {
    const at = origins[i] - 1;
    if (at >= 0) values[i] = maps[Math.floor(at / pixels)][at % pixels];
  }
  return values;
}

function unseen(origins: Uint32Array): string[] {
  let count = 0;
  for (let i = 0; i < origins.length; i++) if (origins[i] === 0) count++;
  if (count === 0) return [];
  const percent = (100 * count) / origins.length;
  return [
    `${percent < 1 ? "less than 1" : Math.round(percent)} % of its voxels lie outside the network's view and stay background; cut the scan to the region that the training volumes showed`,
  ];
}
