import { z } from "zod";
import type { Group } from "../../runs/records.js";
import { readLog } from "../../runs/records.js";

const entry = z.object({ quantity: z.enum(["loss", "gradient"]), observed: z.record(z.string(), z.number()) });

/** How much a sampler's draws spread beside those of SG, over the ledger of runs that used it. */
export interface OwnSamplerRow {
  quantity: "loss" | "gradient";
  /** Variance of the estimated mean as a multiple of SG's in the same steps (geometric mean): below 1 it saves. */
  timesSG: number;
  /** The same of naive draws. */
  nsTimesSG: number;
  /** Entries of the ledger that were averaged. */
  entries: number;
}

/** What the ledger of runs with a sampler of one's own says of its variance. Runs without ledger entries of that sampler give no rows. */
export function ownSamplerRows(sampler: string, groups: readonly Pick<Group, "runs">[]): OwnSamplerRow[] {
  const entries = groups
    .flatMap(({ runs }) => runs.flatMap(({ folder }) => readLog(folder)))
    .flatMap(({ ledger }) => (Array.isArray(ledger) ? ledger : []))
    .map((one) => entry.parse(one))
    .filter(({ observed }) => [observed[sampler], observed.ns, observed.sg].every((value) => value > 0));
  return (["loss", "gradient"] as const).flatMap((quantity) => {
    const own = entries.filter((one) => one.quantity === quantity);
    if (own.length === 0) return [];
    const mean = (of: string) =>
      Math.exp(own.reduce((sum, { observed }) => sum + Math.log(observed[of] / observed.sg), 0) / own.length);
    return [{ quantity, timesSG: mean(sampler), nsTimesSG: mean("ns"), entries: own.length }];
  });
}
