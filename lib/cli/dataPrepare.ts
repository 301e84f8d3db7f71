import { Command } from "commander";
import { duration } from "../written.js";
import { note, print, printJson, setting, threads } from "./output.js";
import { counter } from "./progress.js";
import { interruptible } from "./signals.js";

interface Options {
  folder?: string;
  option?: Record<string, unknown>;
  workers?: number;
  json?: boolean;
}

/** `arco data prepare NAME`: decodes the training cases once, into the cache. */
export function prepare(): Command {
  return new Command("prepare")
    .description(
      "decode all training cases into the cache (ARCO_CACHE, else cache/), once; continues where it was stopped, and decodes again what has changed. " +
        "Training does the same for what it meets: this is for large data, overnight or on a fast machine",
    )
    .argument("<name>", "name of a benchmark")
    .option("--folder <folder>", "where the files are (default: the usual places)")
    .option("--option <key=value>", "an option of the benchmark, as in size=128; may be repeated", setting)
    .option("--workers <n>", "threads, each with a volume at a time (default: one for each processor)", threads(1))
    .option("--json", "print one JSON object at the end")
    .action(act);
}

async function act(name: string, { folder, option = {}, workers, json }: Options): Promise<void> {
  const { benchmarkNamed } = await import("../benchmarks/index.js");
  const { prepare: run } = await import("../benchmarks/cache/preparing.js");
  const { cacheFolder } = await import("../benchmarks/places.js");
  const { configSchema, parse } = await import("../training/config/schema.js");
  const options = parse(configSchema.shape.data, option, "--option");
  const shown = counter(name);
  const started = performance.now();
  const benchmark = benchmarkNamed(name);
  const { oddities = [] } = benchmark;
  for (const oddity of oddities) note(`Beware: ${oddity}.`);
  const done = await interruptible((signal) =>
    run(benchmark, { folder, options, workers, signal, onProgress: shown.show }).finally(shown.close),
  );
  const seconds = (performance.now() - started) / 1000;
  if (json) return void printJson({ name, cache: cacheFolder(), ...done, seconds, oddities });
  print(
    ...oddities.map((oddity) => `odd: ${oddity}`),
    `${name}: ${done.made} files decoded in ${duration(seconds)}, ${done.there} were there${done.swept ? `, ${done.swept} stale ones removed` : ""}; in ${cacheFolder()}`,
  );
}
