import { benchmarks } from "../../benchmarks/index.js";
import { lookUp } from "../../lookUp.js";
import { control } from "../../methods/arco/control.js";
import { methods } from "../../methods/index.js";
import { merged } from "../../methods/options.js";
import { Problem } from "../../problem.js";
import type { Arm } from "../../runs/job.js";
import { type PartialConfig, readPartial, resolveConfig } from "../../training/config/config.js";

/** A way to train by its name, with changes to its config. */
export interface ArmChoice {
  name: string;
  changes?: PartialConfig;
  /** Its name in tables and figures; follows from name and changes unless told otherwise. */
  title?: string;
}

/** On what arms are trained and compared, and how often. */
export interface ArmsChoice {
  arms: readonly (string | ArmChoice)[];
  benchmark?: string;
  /** Labelled cases; the fewest unless told otherwise. */
  labeled?: number;
  seeds?: readonly number[];
  /** Draws of the labelled cases, each with every seed; 0, which is as published, unless told otherwise. */
  draws?: readonly number[];
  /** In the place of both: so many trainings, the r-th with draw r and seed r, and the r of the first; 0 unless told otherwise. */
  replicates?: number;
  first?: number;
  /** Changes to every config, as in `{ steps: 2000, data: { size: 128 } }`. */
  config?: PartialConfig;
}

const arco = (sampler: string) => ({
  title: `ARCO-${sampler.toUpperCase()}`,
  config: { method: "arco", options: { sampler } },
});

/** Ways to train that are no method of their own. */
const named: Readonly<Record<string, { title: string; config: PartialConfig; labeled?: "all" }>> = {
  supervised: { title: "supervised", config: { method: "supervised" } },
  full: { title: "supervised, all labels", config: { method: "supervised" }, labeled: "all" },
  meanTeacher: { title: "mean teacher", config: { method: "meanTeacher" } },
  control: { title: "control", config: control },
  "arco-ns": arco("ns"),
  "arco-sg": arco("sg"),
  "arco-sag": arco("sag"),
};

/** The names that arms can have: those above, and every method that is tested. */
export const armNames = (): string[] => [
  ...new Set([
    ...Object.keys(named),
    ...Object.keys(methods).filter((name) => !methods[name].pretrains && name !== "arco"),
  ]),
];

/** The arms with a config for every training. Throws a Problem for an unknown name, and for two arms that are the same. */
export function armsOf({
  arms,
  benchmark = "hippocampus",
  labeled,
  seeds = [0],
  draws = [0],
  replicates,
  first = 0,
  config = {},
}: ArmsChoice): (Arm & { name: string })[] {
  const { labeledChoices } = lookUp(benchmarks, benchmark, "benchmark");
  const few = labeled ?? labeledChoices[0];
  if (first !== 0 && replicates === undefined)
    throw new Problem(
      `first: found ${first} without a number of replicates, expected both: so many trainings from that draw and seed on`,
    );
  const pairs =
    replicates === undefined
      ? draws.flatMap((labeledSeed) => seeds.map((seed) => ({ labeledSeed, seed })))
      : Array.from({ length: replicates }, (_, at) => ({ labeledSeed: first + at, seed: first + at }));
  const found = arms.map((given) => {
    const { name, changes = {}, title } = typeof given === "string" ? { name: given } : given;
    const known = named[name] ?? methodArm(name);
    const own = merged(merged(config, known.config), changes);
    const count = known.labeled === "all" ? (labeledChoices.at(-1) ?? few) : few;
    const configs = pairs.map((pair) =>
      resolveConfig(readPartial({ ...own, ...pair, benchmark, labeled: count }, `arm ${name}`), `arm ${name}`),
    );
    const shown = title ?? titled(known.title, changes);
    return {
      name: Object.keys(changes).length > 0 ? shown : name, // no two arms have the same
      title: shown,
      configs: known.labeled === "all" ? onePerSeed(configs) : configs,
    };
  });
  const twice = found.find(({ title }, at) => found.findIndex((one) => one.title === title) !== at);
  if (twice) throw new Problem(`arms: found "${twice.title}" twice, expected each once; leave one out, or change it`);
  return found;
}

function methodArm(name: string): (typeof named)[string] {
  if (!armNames().includes(name)) lookUp(Object.fromEntries(armNames().map((one) => [one, one])), name, "arm");
  return { title: methods[name].title, config: { method: name } };
}

/** Of all cases labelled there is one draw. */
const onePerSeed = <T extends { seed: number }>(configs: readonly T[]): T[] =>
  configs.filter(({ seed }, at) => configs.findIndex((one) => one.seed === seed) === at);

/** "ARCO-SG (pretraining null, optimizer.rate 0.01)". */
function titled(title: string, changes: PartialConfig): string {
  const words = fieldsOf(changes).map(([path, value]) => `${path} ${value}`);
  return words.length > 0 ? `${title} (${words.join(", ")})` : title;
}

const fieldsOf = (value: object, path = ""): [string, string][] =>
  Object.entries(value).flatMap(([key, field]): [string, string][] =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? fieldsOf(field, `${path}${key}.`)
      : [[`${path}${key}`, JSON.stringify(field)]],
  );
