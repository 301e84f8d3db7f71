import { arcoDefaults } from "../../methods/arco/options.js";
import type { Dose } from "../../plots/charts/doseResponse.js";
import { lastValidation } from "../../reports/rows.js";
import type { JobsOptions } from "../../runs/jobs.js";
import { trainArms } from "../../runs/trainArms.js";
import { versusNoise } from "../../statistics/decision.js";
import { paired } from "../../statistics/paired.js";
import { type PartialConfig, resolveConfig } from "../../training/config/config.js";
import { isRecord, type Preset } from "../../training/config/schema.js";
import { fixed, inWords, range, signed } from "../../written.js";

/** The weights of ARCO's loss that figure 20 of the paper varies, by the names they have in a config. */
export type WeightName = "contrast" | "unsupervised" | "nearest";
/** Weights to try, by name. */
export type WeightLists = Readonly<Record<WeightName, readonly number[]>>;

/** Figure 20's lists, and the lab's own λ₃. */
const all: WeightLists = {
  contrast: [0.001, 0.005, 0.01, 0.05, 0.1, 1],
  unsupervised: [0.1, 0.2, 0.5, 1, 2, 10],
  nearest: [0.01, 0.1, 0.2, 0.5, 1, 2, 10],
};
const symbols = {
  contrast: "contrastive loss, λ₁",
  unsupervised: "loss on pseudo labels, λ₂",
  nearest: "nearest-neighbour loss, λ₃",
};

/** Those lists in full; with preset mini the ends of each list and both defaults, the paper's and ours, with smoke our default and the largest. */
export function figure20Weights(preset: Preset): WeightLists {
  const [ours, printed] = (["lab", "paper"] as const).map((protocol) => arcoDefaults(protocol).weights);
  const listOf = (name: WeightName) => {
    const last = all[name].length - 1;
    const isWanted = (weight: number, at: number) =>
      at === last || weight === ours[name] || (preset === "mini" && (at === 0 || weight === printed[name]));
    return preset === "full" ? all[name] : all[name].filter(isWanted);
  };
  return { contrast: listOf("contrast"), unsupervised: listOf("unsupervised"), nearest: listOf("nearest") };
}

/** What a sweep takes: which weights, and what all its runs have in common. */
export interface WeightSweepOptions extends JobsOptions {
  weights: WeightLists;
  seeds: readonly number[];
  /** Of every run, as in `{ preset: "mini", options: { sampler: "sg" } }`. */
  config?: PartialConfig;
}

/** What each value of one weight reached on the validation cases, the others at their defaults: weights are chosen by it, so that no test case may be looked at. */
export interface WeightSweep {
  name: WeightName;
  /** For the axis: what the weight is of. */
  x: string;
  standard: number;
  doses: Dose[];
  /** Trainings whose loss became no number. */
  diverged: { weight: number; seed: number }[];
}

/** Trains ARCO with each weight of each list (figure 20 of the paper); all share one pre-training a seed, and the default is trained once for all lists. */
export async function weightSweep({ weights, seeds, config, ...options }: WeightSweepOptions): Promise<WeightSweep[]> {
  const names = Object.keys(all).filter((name): name is WeightName => Object.hasOwn(all, name));
  const arms = names.flatMap((name) =>
    weights[name].map((weight) => ({
      name,
      weight,
      title: `${symbols[name].replace(/.*, /, "")} = ${weight}`,
      configs: seeds.map((seed) => withWeight(name, weight, { ...config, seed })),
    })),
  );
  const trained = await trainArms(arms, options);
  return names.map((name) => {
    const own = arms.flatMap((arm, at) => (arm.name === name ? [{ ...arm, ...trained[at] }] : []));
    return {
      name,
      x: `weight of the ${symbols[name]} (no unit)`,
      standard: weightOf(resolveConfig({ ...config, method: "arco" }).options, name),
      doses: own.flatMap(({ weight, runs }) =>
        runs.map(({ folder, seed, metrics: { phantom } }) => ({
          weight,
          seed,
          dice: lastValidation(folder).score,
          phantom,
        })),
      ),
      diverged: own.flatMap(({ weight, diverged }) => diverged.map((seed) => ({ weight, seed }))),
    };
  });
}

function withWeight(name: WeightName, weight: number, config: PartialConfig) {
  const { options = {} } = config;
  const weights = { ...(isRecord(options.weights) ? options.weights : {}), [name]: weight };
  return resolveConfig({ ...config, method: "arco", options: { ...options, weights } });
}

function weightOf(options: Readonly<Record<string, unknown>>, name: WeightName): number {
  const found = isRecord(options.weights) ? options.weights[name] : undefined;
  return typeof found === "number" ? found : Number.NaN;
}

/** How much a weight matters beside chance: its best value against the default, in pairs of the same seed. */
export function sweepFinding({ x, standard, doses, diverged }: WeightSweep): string {
  const weights = [...new Set(doses.map(({ weight }) => weight))];
  const of = (weight: number) => doses.filter((dose) => dose.weight === weight);
  const mean = (weight: number) => of(weight).reduce((sum, { dice }) => sum + dice / of(weight).length, 0);
  const [best, ...others] = [...weights].sort((a, b) => mean(b) - mean(a));
  const name = x.replace(/^weight of the /, "").replace(/ \(.*/, "");
  const lost = diverged.length > 0 ? ` ${diverged.length} trainings diverged and have no result.` : "";
  const reach = `${name}: mean Dice on validation from ${fixed(mean(others[others.length - 1] ?? best), 3)} to ${fixed(mean(best), 3)} over ${weights.length} weights`;
  if (best === standard) return `${reach}, the highest at the default ${standard}.${lost}`;
  const pairs = of(best).flatMap(({ seed, dice }) =>
    of(standard)
      .filter((dose) => dose.seed === seed)
      .map((dose) => [dose.dice, dice]),
  );
  const found = paired(
    pairs.map(([one]) => one),
    pairs.map(([, other]) => other),
  );
  const { difference } = found;
  const than = `the default ${standard}`;
  const above = inWords(100 * difference.mean, {
    unit: "Dice points",
    more: `above ${than}`,
    less: `below ${than}`,
    none: `as high as at ${than} to a tenth of a Dice point`,
  });
  const gain = `${reach}, the highest at ${best}, ${above}`;
  const { interval, n } = difference;
  if (!interval) return `${gain}; with one seed that is no evidence against the default.${lost}`;
  const words = `95 % interval ${range(interval, (edge) => signed(100 * edge))}, ${n} seeds, best of ${weights.length} chosen`;
  return `${gain} (${words}): ${versusNoise(found)}.${lost}`;
}
