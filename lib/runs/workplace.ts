import type { Opened } from "../benchmarks/benchmark.js";
import { benchmarks } from "../benchmarks/index.js";
import { type Engine, type EngineKind, startEngine } from "../engine/start.js";
import { lookUp } from "../lookUp.js";
import { methods } from "../methods/index.js";
import type { Observer, Setup, Trainer } from "../methods/method.js";
import { networks } from "../networks/index.js";
import { readWeights } from "../networks/weights.js";
import { Problem } from "../problem.js";
import type { Config } from "../training/config/schema.js";
import type { Environment } from "./environment.js";

/** Opens the benchmark of a config. */
export function openData(config: Config): Promise<Opened> {
  const benchmark = lookUp(benchmarks, config.benchmark, "benchmark");
  const labels = config.labeled > 0; // a training without labels sees the cases in the order of the fewest
  const labeled = labels ? config.labeled : benchmark.labeledChoices[0];
  return benchmark.open({ labeled, labeledSeed: config.labeledSeed, labels, options: config.data });
}

/** What a method is created with for a config on a benchmark. */
export function setupOf(
  config: Config,
  { channels, classes, imageSize, scales }: Opened["benchmark"],
): Setup<Config["options"]> {
  const { seed, steps, protocol, options, network, optimizer } = config;
  return { seed, steps, protocol, options, network, optimizer, channels, classes: classes.length, imageSize, scales };
}

/** The method of a config at work on opened data, as at step 0, from random or from given weights. The engine must have been started. */
export function createTrainer(
  config: Config,
  { benchmark }: Opened,
  start?: Setup<object>["start"],
  observe?: Observer,
): Trainer {
  const method = lookUp(methods, config.method, "method");
  const options = method.options.parse(config.options);
  return method.create({ ...setupOf(config, benchmark), options, start, observe });
}

/** The weights that a config's network or its encoder begins with, as variables; undefined where they are random. */
export function startOf({ network, weights, steps }: Config, { benchmark }: Opened): Setup<object>["start"] {
  if (!weights) return undefined;
  const { channels, classes } = benchmark;
  const needed = steps === 0 ? "network" : "encoder";
  const found = readWeights(weights, networks[network], { channels, classes: classes.length }, { needed });
  return Object.fromEntries(
    Object.entries(found).map(([path, entry]) => [path.startsWith("heads/") ? path : `model/${path}`, entry]),
  );
}

const kinds: readonly EngineKind[] = ["cpu", "cuda", "webgpu", "js"];

/**
 * Starts the engine that a run was begun with: results are bit-equal only on the same kind with the same number of threads. `threads` are those of a new run.
 * Throws a Problem if this process runs, or the environment asks for, another one.
 */
export async function startEngineFor(
  folder: string,
  begun: Environment | undefined,
  threadsOfNew?: number,
): Promise<Engine> {
  if (!begun) return startEngine(undefined, threadsOfNew);
  const { kind: name, threads } = begun.engine;
  const { ARCO_ENGINE: asked = name } = process.env;
  const kind = kinds.find((one) => one === name);
  const anew = `or move ${folder} away to train this run anew`;
  if (!kind || asked !== name)
    throw new Problem(`${folder}: begun on the engine "${name}", but ARCO_ENGINE is "${asked}"; unset it, ${anew}`);
  const engine = await startEngine(kind, threads);
  if (engine.threads !== threads)
    throw new Problem(
      `${folder}: begun with ${threads} thread${threads === 1 ? "" : "s"}, this process runs ${engine.threads}, and results are bit-equal only with as many; unset ARCO_THREADS, and start the engine in no other way before, to go on with ${threads}, ${anew}`,
    );
  return engine;
}
