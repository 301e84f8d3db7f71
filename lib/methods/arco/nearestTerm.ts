import { enqueue } from "../../engine/ops/enqueue.js";
import { gatherRows } from "../../engine/ops/gather.js";
import { unitRows } from "../../engine/ops/unitRows.js";
import { statistic } from "../../engine/params.js";
import { stream } from "../../engine/random.js";
import { asRows } from "../../engine/rows.js";
import * as tf from "../../engine/tf.js";
import { mapEveryPixel, meanOfImages } from "../../heads/pixels.js";
import { windows } from "../../heads/windows.js";
import { nearestNeighbor } from "../../losses/nearestNeighbor.js";
import { batchFeatureMeans } from "../batchFeatures.js";
import type { FeatureMaps } from "../forward.js";
import type { Setup } from "../method.js";
import type { ArcoOptions } from "./options.js";
import type { Term } from "./term.js";

/** Fields of an image's representation along each axis; none where it is every pixel. */
const sides = { gap: 1, grid8: 8, full: undefined } as const;

/** L_nn: an image's representation moves towards those of its nearest neighbours among earlier images. */
export function nearestTerm({ seed, options, imageSize }: Setup<ArcoOptions>): Term {
  const { pool: capacity, neighbors, gradient, map } = options.nearest;
  const places = imageSize.reduce((product, size) => product * (sides[map] ?? size), 1);
  const rng = stream(seed, "pool");
  const random = Float32Array.from({ length: capacity * places * options.representation }, () => rng.normal());
  const pool = statistic(tf.tidy(() => unitRows(tf.tensor2d(random, [capacity, places * options.representation]))));
  return {
    variables: { "pool/nearest": pool },
    async prepare({ step, view, weak, teacherView, teacher, teacherMatrix }) {
      const unlabeled = view.shape[0];
      const rows = (maps: readonly FeatureMaps[], matrix: tf.Tensor2D, sources?: Int32Array) => {
        if (map !== "gap") {
          const all = mapEveryPixel(lastOf(maps, unlabeled), matrix);
          return imageMaps(sources ? movedBy(all, sources) : all, map);
        }
        const means = sources ? meansAt(maps, sources, unlabeled) : meanOfImages(lastOf(maps, unlabeled));
        return means.matMul(matrix) as tf.Tensor2D;
      };
      const keys = tf.tidy(() => rows(teacher, teacherMatrix, teacherView === weak ? view.sources : undefined));
      return {
        tensors: keys,
        loss: ({ maps }, matrix) => {
          const queries = rows(maps, matrix());
          return nearestNeighbor(pool, queries, keys, { neighbors, gradient });
        },
        finish: () =>
          tf.tidy(() => {
            enqueue(pool, unitRows(keys), step * unlabeled);
          }),
      };
    },
  };
}

/** Feature means over the pixels that each unlabelled image is made of: `sources` in the maps of the unlabelled images, the last ones of a batch. */
function meansAt(maps: readonly FeatureMaps[], sources: Int32Array, unlabeled: number): tf.Tensor2D {
  const last = maps[maps.length - 1];
  const size = sources.length / unlabeled;
  const before = last.images - unlabeled; // labelled images of the same pass
  const weights = new Float32Array(last.images * size * unlabeled);
  const totals = new Array<number>(unlabeled).fill(0);
  for (let image = 0, pixel = 0; image < unlabeled; image++)
    for (const end = pixel + size; pixel < end; pixel++) {
      if (sources[pixel] < 0) continue;
      weights[(before * size + sources[pixel]) * unlabeled + image]++;
      totals[image]++;
    }
  return batchFeatureMeans([last], { weights, totals });
}

/** A map [images, …size, D] whose pixels are those at `sources`, of all its pixels; 0 where there is none. */
function movedBy(map: tf.Tensor, sources: Int32Array): tf.Tensor {
  const rows = gatherRows(
    asRows(map),
    tf.tensor1d(
      sources.map((source) => Math.max(source, 0)),
      "int32",
    ),
  );
  const isThere = Float32Array.from(sources, (source) => (source < 0 ? 0 : 1));
  return rows.mul(tf.tensor2d(isThere, [sources.length, 1])).reshape(map.shape);
}

/** Maps of the last images of a batch. */
function lastOf(maps: readonly FeatureMaps[], images: number): tf.Tensor[] {
  const last = maps[maps.length - 1];
  if (last.images === images) return last.features;
  return last.features.map((map) =>
    map
      .reshape([last.images, -1])
      .slice([last.images - images, 0], [images, -1])
      .reshape([images, ...map.shape.slice(1)]),
  );
}

/** A map [images, …size, D] as a row per image: the means of 8 × 8 fields, or every pixel. */
function imageMaps(dense: tf.Tensor, map: "grid8" | "full"): tf.Tensor2D {
  const size = dense.shape.slice(1, -1);
  const fields = map === "grid8" ? windows(dense, { size, stride: size, pooled: sides.grid8 }) : dense;
  return fields.reshape([dense.shape[0], -1]) as tf.Tensor2D;
}
