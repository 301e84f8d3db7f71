import { stream } from "../engine/random.js";
import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";
import { pooled } from "../heads/pooled.js";
import {
  type Activation,
  embeddingPredictor,
  globalProjector,
  localProjector,
  type Projection,
  project,
} from "../heads/projection.js";
import { windows, windowsOf } from "../heads/windows.js";
import { type Layout, layouts } from "../losses/relational.js";
import type { Setup } from "../methods/method.js";
import type { Output } from "../networks/network.js";
import type { RelationalOptions } from "./relationalOptions.js";

/** A level at which images are compared: "global", by the coarsest map, or "local", by windows of the finest. */
export interface Level {
  name: "global" | "local";
  layout: Layout;
  /** The heads' input from a network's output, [n, windows, pixels, channels]. */
  maps(output: Output): tf.Tensor;
  /** A projector for each network, and the student's predictor behind its own. */
  heads: { student: Projection; teacher: Projection; predictor: Projection };
  /** Shape of the embedding of one image: windows and features. */
  entry: readonly number[];
}

/** The levels whose weight is not 0. `example` gives the network's output for one image, whose shapes determine the widths of the heads. */
export function levelsOf({ seed, imageSize, options }: Setup<RelationalOptions>, example: () => Output): Level[] {
  const { weights, localInput, localLayout } = options;
  const cut = windowsOf(imageSize);
  const all: Pick<Level, "name" | "layout" | "maps">[] = [
    { name: "global", layout: layouts.window, maps: ({ features }) => globalMaps(features[0]) },
    {
      name: "local",
      layout: layouts[localLayout],
      maps: ({ logits, features }) => windows(localInput === "logits" ? logits : features[features.length - 1], cut),
    },
  ];
  const used = all.filter(({ name }) => weights[name] !== 0);
  const shapes = tf.tidy(() => {
    const output = example();
    return used.map(({ maps }) => maps(output).shape);
  });
  return used.map((level, at) => {
    const [, count, pixels, channels] = shapes[at];
    const rng = (head: string) => stream(seed, "heads", level.name, head);
    const projector = () => (level.name === "global" ? globalProjector : localProjector)(rng("projector"), channels);
    const [student, teacher] = [projector(), projector()];
    const embedding = student.second.bias.size;
    const heads = { student, teacher, predictor: embeddingPredictor(rng("predictor"), embedding) };
    return { ...level, heads, entry: [count, pixels * embedding] };
  });
}

/** The average of a map [n, ...size, channels], as one window of one pixel. */
export function globalMaps(map: tf.Tensor): tf.Tensor {
  const [n, channels] = [map.shape[0], map.shape[map.rank - 1]];
  return pooled(map).reshape([n, 1, 1, channels]);
}

/**
 * Embeddings [n, windows, features] of maps [n, windows, pixels, channels] by a sequence of heads.
 * The features of a window are in the order (channel, pixel), as in the released code.
 */
export function embed(maps: tf.Tensor, heads: readonly Projection[], activation: Activation): tf.Tensor {
  const [n, count, pixels] = maps.shape;
  const rows = heads.reduce((input, head) => project(input, head, { activation }), asRows(maps));
  return rows
    .reshape([n * count, pixels, -1])
    .transpose([0, 2, 1])
    .reshape([n, count, -1]);
}
