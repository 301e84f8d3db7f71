import { median } from "../../bench/bench.js";
import type { PartCost } from "../../plots/charts/stepCost.js";
import type { Config } from "../../training/config/schema.js";
import { takeStep } from "../../training/loop.js";
import { type StepChoice, withTrainer } from "./apart.js";

/** The parts of an ARCO step, each with the events that end it. */
const parts = [
  { part: "teacher, pseudo labels and strong view", ends: /^(pseudo|confidence|strong)/ },
  { part: "pixels of every class, draws of queries and negatives", ends: /^(population|negatives|draw)/ },
  { part: "keys: class means, rows of the negatives", ends: /^keys/ },
  { part: "student's pass and losses", ends: /^losses$/ },
  { part: "gradients", ends: /^gradients$/ },
  { part: "optimiser and moving averages", ends: /^term/ },
];
const loading = "reading and augmenting the images";

/** What each part of a training step takes: medians over some steps after a first one that warms up, without the ledger. Times, so not the same twice. */
export async function stepCosts(
  config: Config,
  { step = 0, repeats = 5, ...choice }: StepChoice & { repeats?: number },
): Promise<PartCost[]> {
  const plain = { ...config, options: { ...config.options, ledger: { every: 0, repeats: 2, directions: 1 } } };
  const all: Map<string, number>[] = [];
  let last = 0;
  const pass = (part: string) => {
    const now = performance.now();
    const spent = all[all.length - 1];
    spent.set(part, (spent.get(part) ?? 0) + now - last);
    last = now;
  };
  const observe = (name: string) => {
    const found = parts.find(({ ends }) => ends.test(name));
    if (found) pass(found.part);
  };
  await withTrainer({ run: config, config: plain }, choice, observe, async (trainer, batches) => {
    for (let at = 0; at <= repeats; at++) {
      all.push(new Map());
      last = performance.now();
      const batch = await batches.at(step + at);
      pass(loading);
      await takeStep(trainer, batch);
      pass(parts[parts.length - 1].part);
    }
  });
  return [loading, ...parts.map(({ part }) => part)].flatMap((part) => {
    const times = all.slice(1).flatMap((spent) => spent.get(part) ?? []);
    return times.length > 0 ? [{ part, milliseconds: median(times) }] : [];
  });
}
