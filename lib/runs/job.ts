import { pretrainingConfig } from "../training/config/config.js";
import type { Config } from "../training/config/schema.js";
import { runName } from "./folder.js";
import type { Phase } from "./state.js";

/** A way to train under the name it has in tables and figures; its configs differ in their seed, and in the draw of their labelled cases, alone. */
export interface Arm {
  title: string;
  configs: readonly Config[];
}

/** One training, however many arms need it. */
export interface Job {
  /** Name of its run. */
  name: string;
  config: Config;
  /** A pre-training is not tested, unless it is an arm itself. */
  phase: Phase;
  /** The pre-training it starts from, which has to be done first. */
  needs: readonly Job[];
  /** Of the arms that need it. */
  titles: readonly string[];
}

/** The trainings that some arms need, each once, in an order in which they can be done: all arms of a seed before the next seed, so that pairs are there early. */
export function jobsOf(arms: readonly Arm[]): Job[] {
  const jobs = new Map<string, Job & { titles: string[] }>();
  const add = (config: Config, title: string, phase: Phase): Job => {
    const first = pretrainingConfig(config);
    const needs = first ? [add(first, title, "pretraining")] : [];
    const name = runName(config);
    const known = jobs.get(name);
    if (!known) jobs.set(name, { name, config, phase, needs, titles: [title] });
    else {
      if (!known.titles.includes(title)) known.titles.push(title);
      if (phase === "training") known.phase = phase;
    }
    return jobs.get(name) ?? { name, config, phase, needs, titles: [title] };
  };
  for (let at = 0; arms.some(({ configs }) => at < configs.length); at++)
    for (const { title, configs } of arms) if (at < configs.length) add(configs[at], title, "training");
  return [...jobs.values()];
}

/** What a job is called while it is at work: "ARCO-SG, seed 0"; of a pre-training, whose it is. */
export function jobTitle({ titles, phase, config }: Job): string {
  const [first, ...others] = titles;
  const arms = others.length > 0 ? `${first} and ${others.length} more` : first;
  return `${phase === "pretraining" ? "pre-training of " : ""}${arms}, ${replicateOf(config)}`;
}

/** "seed 0", with the draw of the labelled cases where that is not the published one. */
export const replicateOf = ({ seed, labeledSeed }: Pick<Config, "seed" | "labeledSeed">): string =>
  labeledSeed > 0 ? `draw ${labeledSeed}, seed ${seed}` : `seed ${seed}`;
