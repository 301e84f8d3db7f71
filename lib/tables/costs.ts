import { costBefore } from "../runs/cost.js";
import type { Group } from "../runs/records.js";
import { readSessions } from "../runs/run.js";
import type { Config } from "../training/config/schema.js";

/** What the trainings of a row take, means over them. */
export interface RowCost {
  /** Labelled and unlabelled images: "4 + 4". */
  images: string;
  msPerStep: number;
  /** Largest memory of a training's process; absent where none has said. */
  peakMiB?: number;
  /** Of the whole training, its pre-trainings counted. */
  minutes: number;
}

/** The cost of a row by the sessions of its finished runs; nothing where there are none. */
export function costOf([config]: readonly Config[], runs: Group["runs"]): { cost?: RowCost } {
  const known = runs
    .map(({ folder }) => ({ folder, sessions: readSessions(folder) }))
    .filter(({ sessions }) => sessions.length > 0);
  if (!config || known.length === 0) return {};
  const all = known.flatMap(({ sessions }) => sessions);
  const earlier = known.reduce((sum, { folder }) => sum + costBefore(folder, config).seconds, 0);
  const seconds = all.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0);
  const steps = all.reduce((sum, { fromStep, toStep }) => sum + toStep - fromStep, 0);
  const peaks = all.flatMap(({ peakRssMiB }) => peakRssMiB ?? []);
  const { labeled, unlabeled } = config.batch;
  return {
    cost: {
      images: unlabeled > 0 ? `${labeled} + ${unlabeled}` : String(labeled),
      msPerStep: (1000 * seconds) / steps,
      ...(peaks.length > 0 && { peakMiB: Math.max(...peaks) }),
      minutes: (seconds + earlier) / 60 / known.length,
    },
  };
}
