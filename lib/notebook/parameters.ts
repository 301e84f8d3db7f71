import { resolve } from "node:path";
import { Problem } from "../problem.js";
import { root } from "../runs/environment.js";

/** What a notebook lets its surroundings decide. */
export interface Parameters {
  /** Folder of runs: ARCO_RUNS, else runs/ in the checkout. */
  runs: string;
  /** ARCO_PRESET: "smoke" for seconds, "mini" (unless told otherwise) for minutes, "full" for the paper's length. */
  preset: "smoke" | "mini" | "full";
  /** ARCO_SEEDS, the number of seeds: 0, 1, …; three unless the notebook says otherwise. */
  seeds: number[];
}

/** The parameters of a notebook out of the environment, so that a test can run it in seconds. `seeds` is their number where nobody says. Throws a Problem for a value that means nothing. */
export function parameters(
  { seeds = 3 }: { seeds?: number } = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Parameters {
  const { ARCO_RUNS, ARCO_PRESET = "mini", ARCO_SEEDS = String(seeds) } = environment;
  const preset = (["smoke", "mini", "full"] as const).find((name) => name === ARCO_PRESET);
  if (!preset) throw new Problem(`ARCO_PRESET: found "${ARCO_PRESET}", expected smoke, mini or full`);
  if (!/^[1-9]\d*$/.test(ARCO_SEEDS))
    throw new Problem(`ARCO_SEEDS: found "${ARCO_SEEDS}", expected a number of seeds from 1`);
  return {
    runs: ARCO_RUNS ? resolve(ARCO_RUNS) : resolve(root, "runs"),
    preset,
    seeds: Array.from({ length: Number(ARCO_SEEDS) }, (_, seed) => seed),
  };
}
