import { Command } from "commander";
import { duration } from "../written.js";
import { number, print, printJson, whole } from "./output.js";
import { counter } from "./progress.js";

interface Options {
  out: string;
  cases?: number;
  size?: number;
  tail: number;
  seed: number;
  json?: boolean;
}

/** `arco data phantom NAME --out FOLDER`: generated data in the files of a benchmark. */
export function phantom(): Command {
  return new Command("phantom")
    .description(
      "generate data that mimics a benchmark, in its real files and names, so that everything that reads the real one reads it too. " +
        "To train on it nothing need be written: arco train --benchmark phantom-NAME",
    )
    .argument("<name>", "name of a benchmark")
    .requiredOption("--out <folder>", "a folder that is not there yet")
    .option("--cases <n>", "only the first cases", whole(1))
    .option("--size <factor>", "linear size against the real one, up to 1 (default: small)", number)
    .option("--tail <factor>", "size of the rarest class against the published one", number, 1)
    .option("--seed <n>", "seed of everything random", whole(0), 0)
    .option("--json", "print one JSON object at the end")
    .action(act);
}

async function act(name: string, { out, cases, size, tail, seed, json }: Options): Promise<void> {
  const { phantomPlans } = await import("../benchmarks/phantom/index.js");
  const { writePhantom } = await import("../benchmarks/phantom/benchmark.js");
  const { lookUp } = await import("../lookUp.js");
  const plan = lookUp(phantomPlans, name, "phantom");
  const ids = plan.ids().slice(0, cases);
  const shown = counter(`${name} phantom`);
  const started = performance.now();
  await writePhantom({ ...plan, ids: () => ids }, out, { size, tail, seed }, shown.show).finally(shown.close);
  const seconds = (performance.now() - started) / 1000;
  if (json) return void printJson({ name, out, cases: ids.length, seconds, facts: plan.phantom.facts });
  print(`${ids.length} generated cases like ${plan.real.title} in ${duration(seconds)}: ${out}`, plan.phantom.facts);
}
