import * as tf from "../../engine/tf.js";
import { type Hypercolumn, type HypercolumnParams, neighborhoods } from "../../heads/hypercolumn.js";
import type { StudentRepresentations } from "../../losses/reco.js";
import { batchFeatureMeans, batchFeaturesAt, pixelSets } from "../batchFeatures.js";
import type { FeatureMaps } from "../forward.js";

const how = { upsampling: "direct" } as const;

/** What a head makes of a batch's maps at the pixels that are asked for, and on average over others; `size` is that of an image. The head being linear, a mean of representations is that of a mean. */
export function representationsOf(
  maps: readonly FeatureMaps[],
  { head, params }: { head: Hypercolumn; params: HypercolumnParams },
  size: readonly number[],
): StudentRepresentations {
  const images = maps.reduce((sum, part) => sum + part.images, 0);
  const count = size.reduce((product, length) => product * length, images);
  return {
    at(pixels) {
      const hypercolumns = batchFeaturesAt(maps, interleaved(neighborhoods(pixels, size)), how);
      return head.rows(params, hypercolumns.reshape([pixels.length, -1]));
    },
    means(lists) {
      const each = lists.map((pixels) =>
        batchFeatureMeans(maps, pixelSets(neighborhoods(pixels, size), count), how).reshape([1, -1]),
      ); // [1, 3^axes·Σ widths]
      return head.rows(params, tf.concat(each));
    },
  };
}

/** The first of each list, then the second of each, … */
function interleaved(lists: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(lists.length * lists[0].length);
  for (const [at, list] of lists.entries()) for (let i = 0; i < list.length; i++) all[i * lists.length + at] = list[i];
  return all;
}
