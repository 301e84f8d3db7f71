import { channelsOf, sideBySide } from "../images/channels.js";
import { orientation, reorient } from "../images/geometry/orientation.js";
import { sizeOf } from "../images/values.js";
import type { Volume } from "../images/volume.js";
import type { Predictor } from "../methods/method.js";
import { type Predicted, predictMaps, type Viewed } from "../training/evaluation/evaluate.js";
import { checkScan, type Scan, type Trained, unlike } from "./scan.js";

/** What is wanted beside the mask. */
export interface SegmentOptions {
  probabilities?: boolean;
  uncertainty?: boolean;
}

/** A scan's classes. Everything lies on the scan's own grid, in its own orientation. */
export interface Segmentation {
  mask: Volume<Uint8Array>;
  /** How likely the network holds each class (softmax), a volume for each, the background first; in every voxel they sum to 1. */
  probabilities?: Volume[];
  /** Entropy of the probabilities in nats: from 0, sure of one class, to ln(classes), all alike. It says how undecided the network is, not how wrong. */
  uncertainty?: Volume;
  /** In what the scan is unlike the training data, in sentences. */
  warnings: string[];
}

/**
 * Segments a scan as the benchmark's own cases are segmented: turned as they lay (where the benchmark says how), shown to the network, and turned back.
 * What lies outside the network's view is background in the mask, and every class is as likely there. Throws a Problem where the scan is none for this network.
 */
export async function segmentVolume(
  network: Predictor,
  viewed: Viewed & { benchmark: Trained },
  { image, remarks }: Scan,
  { probabilities, uncertainty }: SegmentOptions = {},
): Promise<Segmentation> {
  checkScan(image, viewed.benchmark);
  const own = orientation(image.affine);
  const turned = turnedTo(image, viewed.benchmark.orientation ?? own);
  const predicted = await predictMaps(network, viewed, turned, { probabilities: probabilities || uncertainty });
  const back = <A extends Float32Array | Uint8Array>(data: A): Volume<A> => ({
    ...image, // its own affine, to the last bit
    data: reorient({ ...turned, data }, own).data,
  });
  const origins = originsOf(viewed, predicted, turned);
  const classes = viewed.benchmark.classes.length;
  const { probabilities: maps = [] } = predicted;
  return {
    mask: back(viewed.fromNetwork(predicted.classes, turned).data),
    ...(probabilities && {
      probabilities: viewed.benchmark.classes.map((_, one) =>
        back(taken(column(maps, classes, one), origins, 1 / classes)),
      ),
    }),
    ...(uncertainty && {
      uncertainty: back(
        taken(
          maps.map((map) => entropy(map, classes)),
          origins,
          Math.log(classes),
        ),
      ),
    }),
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
    let number = 1;
    const bytes = classes.map((map) => Uint8Array.from(map, () => (number++ >>> shift) & 255));
    const { data } = fromNetwork(bytes, onto);
    for (let i = 0; i < data.length; i++) origins[i] |= data[i] << shift;
  }
  return origins;
}

/** The value at each voxel's origin; `outside` where it has none. */
function taken(maps: readonly Float32Array[], origins: Uint32Array, outside: number): Float32Array {
  const pixels = maps[0].length;
  return Float32Array.from(origins, (origin) =>
    origin === 0 ? outside : maps[Math.floor((origin - 1) / pixels)][(origin - 1) % pixels],
  );
}

const column = (maps: readonly Float32Array[], width: number, at: number) =>
  maps.map((map) => Float32Array.from({ length: map.length / width }, (_, i) => map[i * width + at]));

/** −Σ p ln p of every row; ln(width), which rounding may not exceed, where all are alike. */
function entropy(map: Float32Array, width: number): Float32Array {
  return Float32Array.from({ length: map.length / width }, (_, i) => {
    let sum = 0;
    for (let at = i * width; at < (i + 1) * width; at++) if (map[at] > 0) sum -= map[at] * Math.log(map[at]);
    return Math.min(Math.max(0, sum), Math.log(width));
  });
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
