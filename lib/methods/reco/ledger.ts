import { gatherRows } from "../../engine/ops/gather.js";
import { unitRows } from "../../engine/ops/unitRows.js";
import { stream } from "../../engine/random.js";
import * as tf from "../../engine/tf.js";
import { joined, type RecoSelection, recoDraws, recoNegatives } from "../../losses/reco.js";
import { gridGroups } from "../../samplers/groups.js";
import { ledgerEntries, lossAndProjections, type Measured, type Notes, normalMatrix } from "../ledger.js";
import type { Setup } from "../method.js";
import { representationsIn } from "./models.js";
import type { RecoMethodOptions } from "./options.js";

/** What the student said of all pixels of its grid: hidden maps [pixels, width] and representations [pixels, D]. */
export interface Seen {
  hidden: tf.Tensor2D;
  representations: tf.Tensor2D;
}

/**
 * The variance ledger of ReCo: every few steps it evaluates the loss and its gradient at all hard pixels, those of a class against one set of negatives. Gradients are those
 * with respect to the last layer of the representation, on directions u vᵀ with standard normal u and v.
 */
export function recoLedger({ seed, options }: Setup<RecoMethodOptions>) {
  const { every, repeats, directions } = options.ledger;
  const { temperature, queries, negatives } = options.contrast;
  let entries: Notes["ledger"] | undefined;
  return {
    /** The entries of the last step, if it had any. */
    notes: (): Notes | undefined => entries && { ledger: entries },
    async write(step: number, { classes, members, hard }: RecoSelection, seen: Seen, shape: readonly number[]) {
      entries = undefined;
      if (every === 0 || step % every !== 0 || classes.length < 2) return;
      const active = classes.flatMap((_, at) => (hard[at].length > 0 ? [at] : []));
      const eligible = active.map((at) => {
        const population = { pixels: hard[at], shape };
        return { class: classes[at], population, groups: gridGroups(population, options) };
      });
      const { at: rowsAt, means } = representationsIn(seen.representations);
      const all = joined(members);
      const found: Measured[] = [];
      for (const of of active) {
        const prototypes = tf.tidy(() => unitRows(means(members)));
        const drawn = tf.tidy(() => {
          const draws = recoDraws(stream(seed, "ledger negatives", step, of));
          return recoNegatives(prototypes, of, members, draws, { n: negatives, temperature });
        });
        const positions = await drawn.data<"int32">();
        const values = tf.tidy(() => {
          const width = seen.hidden.shape[1];
          const left = normalMatrix(stream(seed, "ledger left"), [width, directions]);
          const right = normalMatrix(stream(seed, "ledger right"), [seen.representations.shape[1], directions]);
          const others = rowsAt(Int32Array.from(positions, (position) => all[position]));
          const keys = tf.concat([prototypes.slice(of, 1), unitRows(others)]);
          const features = gatherRows(seen.hidden, tf.tensor1d(hard[of], "int32")).matMul(left);
          return lossAndProjections(rowsAt(hard[of]), features, keys, right, { temperature, similarity: "cosine" });
        });
        found.push(await measured(values.losses, values.projections, directions));
        tf.dispose([values, prototypes, drawn]);
      }
      entries = ledgerEntries(eligible, found, { n: queries, sampler: options.sampler, repeats, seed, step });
    },
  };
}

/** Losses [n] and projections [n, directions] as columns. */
async function measured(losses: tf.Tensor, projections: tf.Tensor, directions: number): Promise<Measured> {
  const all = await projections.data<"float32">();
  const column = (k: number) => Float32Array.from({ length: losses.size }, (_, i) => all[i * directions + k]);
  return {
    losses: Float32Array.from(await losses.data()),
    projections: Array.from({ length: directions }, (_, k) => column(k)),
  };
}
