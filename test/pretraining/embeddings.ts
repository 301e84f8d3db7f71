import * as tf from "../../lib/engine/tf.js";
import { type Expander, expander } from "../../lib/heads/expander.js";
import { type Mlp, mlp } from "../../lib/heads/mlp.js";
import { pooled } from "../../lib/heads/pooled.js";
import { type Projection, project } from "../../lib/heads/projection.js";
import type { Trainer } from "../../lib/methods/method.js";
import { registerNetwork } from "../../lib/networks/index.js";
import { type UNetParams, unet, unetEncoder } from "../../lib/networks/unet.js";

/** A U-Net of two levels without dropout, known to this process alone: its embeddings depend on weights and images alone, and are learned in few steps. */
export const shallow = registerNetwork({
  name: "shallow",
  dimensions: 2,
  make: (of) => unet({ ...of, widths: [8, 16], dropouts: [] }),
}).name;

/** Features [n, 16] that the encoder of one of a trainer's shallow networks ("model" or "teacher") has of images, with batch statistics. */
export const featuresOf = ({ variables }: Pick<Trainer, "variables">, network: string, image: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const params = treeOf(variables, `${network}/`) as Pick<UNetParams, "down">;
    const { apply } = unetEncoder({ channels: 1, dropouts: [] });
    return pooled(apply(params, image, { training: true, track: false })[1]);
  });

/** What a trainer's heads, one after the other, make of rows, with batch statistics. */
export const throughHeads = (
  { variables }: Pick<Trainer, "variables">,
  heads: readonly string[],
  rows: tf.Tensor,
): tf.Tensor =>
  tf.tidy(() =>
    heads.reduce((seen, name) => {
      const params = treeOf(variables, `heads/${name}.`) as Mlp | Projection | Expander;
      const mode = { training: true, track: false };
      if ("third" in params) return expander(seen, params, mode);
      return "norm" in params ? mlp(seen, params, mode) : project(seen, params, { activation: "relu" });
    }, rows.clone()),
  );

/** The rows of a matrix as arrays. */
export async function rowsOf(matrix: tf.Tensor): Promise<number[][]> {
  const values = Array.from(await matrix.data());
  const [count, width] = matrix.shape;
  return Array.from({ length: count }, (_, row) => values.slice(row * width, (row + 1) * width));
}

/** Cosine of two rows. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, value, i) => sum + value * b[i], 0);
  return dot / Math.hypot(...a) / Math.hypot(...b);
}

type Tree = { [name: string]: Tree | tf.Variable } | (Tree | tf.Variable)[];

/** Variables by path ("down.0.first.conv.weight") as the tree they were flattened from. */
function treeOf(variables: Readonly<Record<string, tf.Variable>>, prefix: string): Tree {
  const groups = new Map<string, Record<string, tf.Variable>>();
  for (const [path, variable] of Object.entries(variables)) {
    if (!path.startsWith(prefix)) continue;
    const [name] = path.slice(prefix.length).split(".");
    groups.set(name, { ...groups.get(name), [path]: variable });
  }
  const parts = [...groups].map(([name, own]): [string, Tree | tf.Variable] => [
    name,
    own[prefix + name] ?? treeOf(own, `${prefix}${name}.`),
  ]);
  return /^\d+$/.test(parts[0][0]) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
}
